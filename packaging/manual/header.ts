/**
 * A C header as its comments and declarations: each piece of text between blank lines is one entry. It is our own
 * header, kept in form by clang-format, so this is no parser of C.
 */

/** Functions that one comment is about, or types, or text alone. */
export interface HeaderEntry {
  /** Paragraphs, each of lines; without the marks of the comment. */
  readonly comment: readonly (readonly string[])[];
  readonly code: readonly string[];
  /** The functions among the declarations, in their order. */
  readonly functions: readonly string[];
}

/** What stands under a headline of the header. */
export interface HeaderChapter {
  readonly title: string;
  readonly entries: readonly HeaderEntry[];
}

const HEADLINE = /^\/\* --- (.*) --- \*\/$/;

function withoutMarks(comment: string): readonly (readonly string[])[] {
  const lines = comment
    .replace(/^\/\*/, '  ')
    .replace(/ ?\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^ (?:\* ?| )/, '').trimEnd());
  return lines
    .join('\n')
    .trim()
    .split(/\n\n+/)
    .map((paragraph) => paragraph.split('\n'));
}

function entryOf(piece: string): HeaderEntry {
  const comment = /^\/\*[^]*?\*\/\n?/.exec(piece)?.[0] ?? '';
  const code = piece.slice(comment.length).trim();
  // A function's type may stand in front of the functions that take one.
  const rest = code.replace(/\btypedef [^{;]*;/g, '').trim();
  const isType = /^(?:typedef|enum|struct)\b/.test(rest);
  const names = [...rest.matchAll(/\b(tbx_\w+)\(/g)].map(([, name = '']) => name);
  return {
    comment: comment === '' ? [] : withoutMarks(comment),
    code: code === '' ? [] : code.split('\n'),
    functions: isType ? [] : names,
  };
}

/** The header's text in front of its first declaration, and its chapters. */
export function readHeader(text: string): {
  readonly introduction: HeaderEntry;
  readonly chapters: readonly HeaderChapter[];
} {
  const pieces = text.split(/\n\n+/).filter((piece) => !piece.trimStart().startsWith('#'));
  const chapters: { title: string; entries: HeaderEntry[] }[] = [];
  for (const piece of pieces.slice(1)) {
    const title = HEADLINE.exec(piece)?.[1];
    if (title !== undefined) chapters.push({ title, entries: [] });
    else chapters.at(-1)?.entries.push(entryOf(piece));
  }
  return { introduction: entryOf(pieces[0]?.replace(/\n#[^]*$/, '') ?? ''), chapters };
}
