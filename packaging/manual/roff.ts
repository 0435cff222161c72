/** Manual pages in the macros of man(7). */

import { fill } from '../../src/cli/command-table/fill.js';

/** A piece of a page. In texts, `*word*` is bold and `_word_` is what the user puts in its place. */
export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'definition'; readonly term: string; readonly text: string }
  | { readonly kind: 'command'; readonly line: string; readonly purpose: string }
  /** Lines as they are. */
  | { readonly kind: 'code'; readonly lines: readonly string[] };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export interface ManualPage {
  readonly name: string;
  /** Of the manual. */
  readonly section: 1 | 3;
  readonly summary: string;
  readonly sections: readonly Section[];
}

/** What stands at the foot of all pages. */
export interface Edition {
  readonly version: string;
  /** Of the version, not of the build: the same sources give the same pages. `YYYY-MM-DD`. */
  readonly date: string;
}

/** Text as roff takes it for itself: hyphens are those of options, which a reader may copy. */
function escape(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-');
}

/** A line that begins like this would be a request. */
function asText(lines: string): string {
  return lines.replace(/^[.']/gm, '\\&$&');
}

const MARKED = /\*([^*\s][^*]*)\*|\b_([^_\s]+)_\b/g;

function marked(text: string): string {
  return escape(text).replace(MARKED, (_, bold: string | undefined, italic: string | undefined) =>
    bold === undefined ? `\\fI${italic ?? ''}\\fR` : `\\fB${bold}\\fR`,
  );
}

const WIDTH = 79;

/** Each sentence begins a line, as roff sets the spaces between them. */
function sentences(text: string): string {
  return asText(
    marked(text)
      .split(/(?<=[.:;]) (?=[A-Z])/)
      .map((sentence) => fill(sentence, WIDTH))
      .join(''),
  );
}

function printBlock(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `.PP\n${sentences(block.text)}`;
    case 'definition':
      return `.TP\n${asText(marked(block.term))}\n${sentences(block.text)}`;
    case 'command': {
      const line = asText(escape(block.line));
      return `.PP\n${sentences(`${block.purpose}:`)}.PP\n.RS 4\n.EX\n${line}\n.EE\n.RE\n`;
    }
    case 'code':
      return `.PP\n.EX\n${asText(escape(block.lines.join('\n')))}\n.EE\n`;
  }
}

function printSection({ title, blocks }: Section): string {
  // What follows a heading is a paragraph already.
  const text = blocks
    .map(printBlock)
    .join('')
    .replace(/^\.PP\n/, '');
  return blocks.length === 0 ? '' : `.SH ${title}\n${text}`;
}

const MANUALS = { 1: 'User Commands', 3: 'Library Functions' } as const;

/** The page as a file of its section. */
export function printPage(page: ManualPage, { version, date }: Edition): string {
  const { name, section, summary, sections } = page;
  const edition = `${date} "tme\\-box ${version}" "${MANUALS[section]}"`;
  const head = `.TH ${escape(name.toUpperCase())} ${section} ${edition}\n`;
  const title = `.SH NAME\n${fill(`${escape(name)} \\- ${escape(summary)}`, WIDTH)}`;
  return head + title + sections.map(printSection).join('');
}

/** A page that is another one under a second name. */
export function printAlias(page: string, section: ManualPage['section']): string {
  return `.so man${section}/${page}.${section}\n`;
}
