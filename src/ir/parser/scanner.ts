/** Passing over stretches of text that need not be read token by token. */
import type { SourceText } from '../../text/source.js';
import { ParseFailure } from './failure.js';

export class Scanner {
  readonly source: SourceText;
  readonly text: string;
  /** Where {@link skipBody} has seen the next brace and quote. */
  #nextBrace = -1;
  #nextQuote = -1;

  constructor(source: SourceText) {
    this.source = source;
    this.text = source.text;
  }

  /** Stops parsing with an error. */
  fail(code: `TBX${string}`, message: string, start: number, end: number): never {
    const span = { start, end: Math.max(end, start) };
    throw new ParseFailure({
      code,
      severity: 'error',
      message,
      source: this.source,
      span,
      notes: [],
    });
  }

  /** Behind blanks, line ends and comments; NUL counts as blank, as it does for LLVM. */
  skipSpace(from: number): number {
    const text = this.text;
    const length = text.length;
    let at = from;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d || code === 0) at++;
      else if (code === 0x3b) at = this.#lineEnd(at);
      else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) at = this.#commentEnd(at);
      else return at;
    }
    return length;
  }

  /**
   * Behind the bracket that closes the one at `open`, counting only brackets of these two codes; strings and comments
   * are passed over.
   */
  skipBrackets(open: number, left: number, right: number): number {
    const text = this.text;
    const length = text.length;
    let depth = 0;
    let at = open;
    while (at < length) {
      const code = text.charCodeAt(at);
      if (code === left) depth++;
      else if (code === right) {
        if (--depth === 0) return at + 1;
      } else if (code === 0x22) at = this.stringEnd(at) - 1;
      else if (code === 0x3b) at = this.#lineEnd(at);
      else if (code === 0x2f && text.charCodeAt(at + 1) === 0x2a) at = this.#commentEnd(at) - 1;
      at++;
    }
    const bracket = String.fromCharCode(left);
    return this.fail('TBX0102', `this '${bracket}' is never closed`, open, open + 1);
  }

  /**
   * Behind the `}` that closes the `{` at `open`, a function's. Where the body is laid out as LLVM prints it, and holds
   * no other brace, three searches find the end without looking at each byte. Should that `}` stand inside a string,
   * the parser of the body stops elsewhere, and says so.
   */
  skipBody(open: number): number {
    const text = this.text;
    const close = text.indexOf('}', open);
    if (close >= 0 && text.charCodeAt(close - 1) === 0x0a) {
      if (this.#nextBrace <= open) this.#nextBrace = find(text, '{', open + 1);
      if (this.#nextBrace > close && !this.#quotesOdd(open, close)) return close + 1;
    }
    return this.skipBrackets(open, 0x7b, 0x7d);
  }

  #quotesOdd(from: number, to: number): boolean {
    let odd = false;
    if (this.#nextQuote < from) this.#nextQuote = find(this.text, '"', from);
    while (this.#nextQuote < to) {
      odd = !odd;
      this.#nextQuote = find(this.text, '"', this.#nextQuote + 1);
    }
    return odd;
  }

  #lineEnd(at: number): number {
    const end = this.text.indexOf('\n', at);
    return end < 0 ? this.text.length : end;
  }

  #commentEnd(at: number): number {
    const end = this.text.indexOf('*/', at + 2);
    if (end < 0) this.fail('TBX0102', 'this comment is never closed', at, at + 2);
    return end + 2;
  }

  /** Behind the quote that closes the one at `at`. Strings have no escape for quotes (`\22` is used). */
  stringEnd(at: number): number {
    const end = this.text.indexOf('"', at + 1);
    if (end < 0) this.fail('TBX0102', 'this string is never closed', at, at + 1);
    return end + 1;
  }
}

/** Like `indexOf`, but the end of the text where there is none. */
function find(text: string, what: string, from: number): number {
  const at = text.indexOf(what, from);
  return at < 0 ? text.length : at;
}
