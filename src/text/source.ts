/** A line and a column, both counted from 1; columns are bytes. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/**
 * A file as it was read: one character a byte (latin1), so that any bytes survive and offsets are byte offsets.
 *
 * Lines are counted only when a position is asked for: a run without diagnostics never looks for line ends.
 */
export class SourceText {
  /** The name that diagnostics show; not necessarily a file. */
  readonly path: string;
  readonly text: string;
  #lineStarts: Uint32Array | undefined;

  constructor(path: string, text: string) {
    this.path = path;
    this.text = text;
  }

  /** The line and column of an offset; offsets behind the end are taken as the end. */
  position(offset: number): Position {
    const starts = this.#starts();
    const at = Math.max(0, Math.min(offset, this.text.length));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if ((starts[middle] ?? 0) <= at) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: at - (starts[low] ?? 0) + 1 };
  }

  /** The offsets of the line that holds an offset, without its line end (`\n` or `\r\n`). */
  lineBounds(offset: number): { readonly start: number; readonly end: number } {
    const { line } = this.position(offset);
    const starts = this.#starts();
    const start = starts[line - 1] ?? 0;
    const next = starts[line];
    if (next === undefined) return { start, end: this.text.length };
    const crlf = next >= 2 && this.text.charCodeAt(next - 2) === CARRIAGE_RETURN;
    return { start, end: Math.max(start, next - (crlf ? 2 : 1)) };
  }

  #starts(): Uint32Array {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts;
  }
}

function findLineStarts(text: string): Uint32Array {
  let lines = 1;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines++;
  const starts = new Uint32Array(lines);
  let line = 1;
  for (let at = 0; line < lines; at++) {
    if (text.charCodeAt(at) === LINE_FEED) starts[line++] = at + 1;
  }
  return starts;
}
