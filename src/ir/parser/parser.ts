/** What all parsers share: the current token, the module's tables, and the small verbs. */
import type { SourceText } from '../../text/source.js';
import type { TypeTable } from '../type-table.js';
import type { Atom, AtomTable } from './atoms.js';
import { Lexer } from './lexer.js';
import { TOKEN_NAMES, Token } from './token.js';

/** How deep types, constants and metadata may nest; LLVM has no limit of its own but the stack. */
const MAXIMUM_DEPTH = 800;

/** What the parser of a module hands on to the parsers of its bodies. */
export interface ModuleTables {
  readonly source: SourceText;
  readonly atoms: AtomTable;
  readonly types: TypeTable;
}

export class Parser extends Lexer {
  readonly types: TypeTable;
  /** The number that the next unnamed argument, block or result gets. */
  nextNumber = 0;
  /** The instruction being read: where it starts, and the name in front of it. */
  instructionStart = 0;
  result: Atom | undefined = undefined;
  /** Names that were used before they were defined, each followed by the offset of the use. */
  readonly awaited: (Atom | number)[] = [];
  /** Whether the last instruction ends its block. */
  ended = false;
  /** The number that the next unnamed global gets. */
  nextGlobalNumber = 0;
  #depth = 0;

  constructor(tables: ModuleTables, start: number) {
    super(tables.source, tables.atoms, start);
    this.types = tables.types;
    this.next();
  }

  /** Passes over a token of this kind, if it is the current one. */
  eat(kind: number): boolean {
    if (this.kind !== kind) return false;
    this.next();
    return true;
  }

  /** Passes over a word, if it is the current token. */
  eatWord(word: Atom): boolean {
    if (this.kind !== Token.word || this.atom !== word) return false;
    this.next();
    return true;
  }

  /** Whether the current token is of this kind. For where the compiler believes to know {@link kind}. */
  is(kind: number): boolean {
    return this.kind === kind;
  }

  isWord(word: Atom): boolean {
    return this.kind === Token.word && this.atom === word;
  }

  expect(kind: number): void {
    if (this.kind !== kind) this.expected(TOKEN_NAMES[kind] ?? '');
    this.next();
  }

  expectWord(word: Atom): void {
    if (!this.eatWord(word)) this.expected(`'${word.text}'`);
  }

  /** Passes over a token of this kind and returns its atom. */
  expectAtom(kind: number): Atom {
    const atom = this.atom;
    this.expect(kind);
    return atom;
  }

  /** Passes over a string and returns it as spelled, with its quotes. */
  expectString(): string {
    if (this.kind !== Token.string) this.expected('a string');
    const text = this.tokenText();
    this.next();
    return text;
  }

  /** Passes over an integer that is not negative and fits a double exactly. */
  expectNumber(): number {
    const { start, pos, number } = this;
    if (this.kind === Token.integer && number >= 0) {
      this.next();
      return number;
    }
    const large = Number(this.expectBigInt());
    if (!Number.isSafeInteger(large)) this.failRange(start, pos);
    return large;
  }

  /** Passes over an integer that is not negative. */
  expectBigInt(): bigint {
    if (this.kind !== Token.integer) this.expected('a number');
    const { start, pos } = this;
    const value = integerValue(this.atom.text);
    if (value < 0n) this.failRange(start, pos);
    this.next();
    return value;
  }

  failRange(start: number, end: number): never {
    return this.fail(
      'TBX0111',
      `the number ${this.text.slice(start, end)} is out of range`,
      start,
      end,
    );
  }

  /** Stops at the current token, which is not what had to come. */
  expected(what: string): never {
    return this.failHere('TBX0103', `expected ${what}, found ${this.found()}`);
  }

  /** Stops at the current token. */
  failHere(code: `TBX${string}`, message: string): never {
    return this.fail(code, message, this.start, this.pos);
  }

  /** The current token as messages name it. */
  found(): string {
    if (this.kind === Token.end) return 'the end of the text';
    const text = this.tokenText();
    return `'${text.length > 40 ? `${text.slice(0, 40)}...` : text}'`;
  }

  /** Must be called on the way into whatever can contain itself; {@link leave} on the way out. */
  enter(): void {
    if (++this.#depth > MAXIMUM_DEPTH)
      this.failHere('TBX0108', `nested deeper than ${MAXIMUM_DEPTH} levels`);
  }

  leave(): void {
    this.#depth--;
  }
}

/** Digits beyond which no number of LLVM's own makes sense, so that nothing grows with the square of the input. */
const MAXIMUM_DIGITS = 40;

/** `12`, `-1`, `u0xFF`; -1 for what is too long to be right. */
function integerValue(text: string): bigint {
  if (text.length > MAXIMUM_DIGITS) return -1n;
  return BigInt(text.startsWith('u0x') || text.startsWith('s0x') ? text.slice(1) : text);
}
