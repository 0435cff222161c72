/** The pages of section 3, one for each comment of tmebox.h and tmebox-memory.h that stands above functions. */

import type { HeaderChapter, HeaderEntry } from './header.js';
import type { Block, ManualPage, Section } from './roff.js';

/** A page, and the functions that it is found by beside its name. */
export interface FunctionPage {
  readonly page: ManualPage;
  readonly aliases: readonly string[];
}

const code = (lines: readonly string[]): Block => ({ kind: 'code', lines });

/** What the comment has in backticks is bold, as names are in manuals. */
function blockOf(lines: readonly string[]): Block {
  if (lines.every((line) => line.startsWith('    ')))
    return code(lines.map((line) => line.slice(4)));
  return { kind: 'paragraph', text: lines.join(' ').replace(/`([^`*\s]+)`/g, '*$1*') };
}

/** The first sentence of the comment, as a headline has it. */
function summaryOf({ comment }: HeaderEntry): string {
  const first = (comment[0] ?? []).join(' ').replaceAll('`', '');
  const sentence = /^.*?(?=[.:;](?:\s|$))/.exec(first)?.[0] ?? first;
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}

/** The declarations of the types that `text` names, and of those that these name. */
function typesIn(text: string, types: readonly HeaderEntry[]): readonly HeaderEntry[] {
  const found = new Set<HeaderEntry>();
  const visit = (from: string): void => {
    for (const type of types) {
      const name = /(\w+);$/.exec(type.code.join('\n'))?.[1];
      if (name === undefined || found.has(type) || !new RegExp(`\\b${name}\\b`).test(from))
        continue;
      found.add(type);
      visit(type.code.join('\n'));
    }
  };
  visit(text);
  return types.filter((type) => found.has(type));
}

function typeBlocks(type: HeaderEntry): readonly Block[] {
  return [...type.comment.map(blockOf), code(type.code)];
}

function sectionsOf(
  entry: HeaderEntry,
  { entries }: HeaderChapter,
  types: readonly HeaderEntry[],
): readonly Section[] {
  const others = entries.flatMap(({ functions }) => functions);
  const seeAlso = others.filter((name) => !entry.functions.includes(name)).sort();
  const remarks = entries.filter(({ code: lines }) => lines.length === 0);
  return [
    { title: 'SYNOPSIS', blocks: [code(['#include <tmebox.h>', '', ...entry.code])] },
    { title: 'DESCRIPTION', blocks: entry.comment.map(blockOf) },
    { title: 'TYPES', blocks: typesIn(entry.code.join('\n'), types).flatMap(typeBlocks) },
    { title: 'NOTES', blocks: remarks.flatMap(({ comment }) => comment.map(blockOf)) },
    {
      title: 'SEE ALSO',
      blocks: [
        {
          kind: 'paragraph',
          text: [...seeAlso, 'tmebox'].map((name) => `*${name}*(3)`).join(', '),
        },
      ],
    },
  ];
}

function isType({ code: lines, functions }: HeaderEntry): boolean {
  return lines.length > 0 && functions.length === 0;
}

function overview(introduction: HeaderEntry, chapters: readonly HeaderChapter[]): FunctionPage {
  const [, ...text] = introduction.comment;
  const lists = chapters.flatMap(({ title, entries }): readonly Block[] => {
    const names = entries.flatMap(({ functions }) => functions).map((name) => `*${name}*(3)`);
    return names.length === 0 ? [] : [{ kind: 'definition', term: title, text: names.join(', ') }];
  });
  const sections: readonly Section[] = [
    {
      title: 'SYNOPSIS',
      blocks: [code(['#include <tmebox.h>', '', 'cc ... $(pkg-config --cflags --libs tmebox)'])],
    },
    { title: 'DESCRIPTION', blocks: text.map(blockOf) },
    { title: 'FUNCTIONS', blocks: lists },
  ];
  const summary = 'run programs and libraries in sandboxes inside this process';
  return { page: { name: 'tmebox', section: 3, summary, sections }, aliases: [] };
}

/** The pages of a header. @throws when a function has no comment: it would be missing in the manual. */
export function libraryPages(
  introduction: HeaderEntry,
  chapters: readonly HeaderChapter[],
): readonly FunctionPage[] {
  const types = chapters.flatMap(({ entries }) => entries).filter(isType);
  const pages = chapters.flatMap((chapter) =>
    chapter.entries.flatMap((entry): readonly FunctionPage[] => {
      const [name, ...aliases] = entry.functions;
      if (name === undefined) return [];
      if (entry.comment.length === 0) throw new Error(`${name} has no comment`);
      const sections = sectionsOf(entry, chapter, types);
      return [{ page: { name, section: 3, summary: summaryOf(entry), sections }, aliases }];
    }),
  );
  return [overview(introduction, chapters), ...pages];
}
