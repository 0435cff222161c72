/** What the documents consist of: their names, fenced blocks and code within lines. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Every document but the history of changes. */
export const DOCUMENTS: readonly string[] = [
  'README.md',
  ...['docs', 'integrations', 'attacks'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => join(folder, name)),
  ),
];

/** A fenced block of a document: the words behind its fence, its text, and the comment above it. */
export interface Fence {
  readonly language: string;
  /** The file that the block is the contents of, or ''. */
  readonly name: string;
  readonly text: string;
  readonly comment: string;
}

const FENCE = /(?:^<!-- ([^\n]*) -->\n+)?^```([\w+]*)(?: (\S+))?\n(.*?)^```$/gms;

export function fences(document: string): readonly Fence[] {
  return [...readFileSync(document, 'utf8').matchAll(FENCE)].map(
    ([, comment = '', language = '', name = '', text = '']) => ({ comment, language, name, text }),
  );
}

/** The text of a document without its fenced blocks. */
export function prose(document: string): string {
  return readFileSync(document, 'utf8').replaceAll(FENCE, '\n');
}

/** The blocks of `language` of a document that are not files of a session, in order. */
export function blocks(document: string, language: string): readonly string[] {
  return fences(document)
    .filter((fence) => fence.language === language && fence.name === '')
    .map(({ text }) => text);
}

/** Code within the lines of a document. */
export function codeSpans(document: string): readonly string[] {
  return [...prose(document).matchAll(/`([^`]+)`/g)].map(([, code = '']) =>
    code.replaceAll(/\s+/g, ' '),
  );
}
