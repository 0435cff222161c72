/** What the checks find: diagnostics with a place in the source. */
import { isNameCharacter } from '../ir/index.js';
import type { Diagnostic, SourceText, Span } from '../ir/index.js';
import { append } from '../text/append.js';

/** One code for each kind of matter; each has a page in docs/diagnostics. */
export type CheckCode =
  /** A name, number or group that nothing defines. */
  | 'TBX0401'
  /** An operand whose type is another than its place needs. */
  | 'TBX0402'
  /** A type that cannot stand where it stands. */
  | 'TBX0403'
  /** A constant that its type does not have. */
  | 'TBX0404'
  /** A conversion that does not exist. */
  | 'TBX0405'
  /** Indices that lead nowhere. */
  | 'TBX0406'
  /** An alignment, address space or other number out of its range. */
  | 'TBX0407'
  /** An atomic operation that does not exist. */
  | 'TBX0408'
  /** Linkage, visibility, DLL storage and comdats that do not go together. */
  | 'TBX0409'
  /** An attribute at a place that cannot have it. */
  | 'TBX0410'
  /** What stands in the parentheses of an attribute. */
  | 'TBX0411'
  /** Fields of a specialised metadata node. */
  | 'TBX0412'
  /** Metadata at a place that cannot have it. */
  | 'TBX0413'
  /** The data layout. */
  | 'TBX0414'
  /** Use-list orders. */
  | 'TBX0415'
  /** Branches, returns, phis and blocks. */
  | 'TBX0416'
  /** Calls: arguments, variadic ones, inline assembly. */
  | 'TBX0417'
  /** Intrinsics and debug records. */
  | 'TBX0418'
  /** The summary. */
  | 'TBX0419'
  /** A value that is used where it has not been computed. */
  | 'TBX0420'
  /** Landing pads, funclets and what leads to them. */
  | 'TBX0421'
  /** Globals and named metadata that LLVM gives a meaning: `llvm.used`, module flags. */
  | 'TBX0422'
  /** Attachments that LLVM gives a meaning: `!range`, `!prof`. */
  | 'TBX0423';

export class Findings {
  readonly source: SourceText;
  readonly #found: Diagnostic[] = [];

  constructor(source: SourceText) {
    this.source = source;
  }

  report(code: CheckCode, message: string, { start, end }: Span): void {
    const span = { start, end };
    this.#found.push({ code, severity: 'error', message, source: this.source, span, notes: [] });
  }

  add(diagnostics: readonly Diagnostic[]): void {
    append(this.#found, diagnostics);
  }

  /** Where a word stands inside a span, or the span's first line where it does not. */
  locate(word: string, span: Span): Span {
    const { text } = this.source;
    for (let at = text.indexOf(word, span.start); at >= 0; at = text.indexOf(word, at + 1)) {
      const end = at + word.length;
      if (end > span.end) break;
      if (standsAlone(text, at, end) && !inComment(text, at)) return { start: at, end };
    }
    const lineEnd = text.indexOf('\n', span.start);
    return { start: span.start, end: lineEnd < 0 ? span.end : Math.min(span.end, lineEnd) };
  }

  /** All that was found, in the order of the source. */
  inOrder(): readonly Diagnostic[] {
    return this.#found.sort((left, right) => (left.span?.start ?? 0) - (right.span?.start ?? 0));
  }
}

/** Whether a semicolon stands in front, which is a comment unless a string holds it. */
function inComment(text: string, at: number): boolean {
  const semicolon = text.lastIndexOf(';', at);
  return semicolon >= 0 && semicolon > text.lastIndexOf('\n', at);
}

/** Whether no name goes on to the left or the right of a word. */
function standsAlone(text: string, start: number, end: number): boolean {
  const first = text.charCodeAt(start);
  const before = text.charCodeAt(start - 1);
  const after = text.charCodeAt(end);
  const startsName = isNameCharacter(first) && isNameCharacter(before);
  return !startsName && !(isNameCharacter(text.charCodeAt(end - 1)) && isNameCharacter(after));
}
