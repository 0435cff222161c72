/**
 * The lexer: one token at a time, held in fields, no object and no string made for it.
 *
 * @see LangRef, "Identifiers", "Lexical" parts of each chapter
 */
import type { SourceText } from '../../text/source.js';
import { canonicalName } from '../names.js';
import type { AtomTable } from './atoms.js';
import { Atom, NUMBERED, PACKED } from './atoms.js';
import { CLASSES, DIGIT, KEYWORD, NAME } from './characters.js';
import { Scanner } from './scanner.js';
import { Token } from './token.js';

/** Letters behind `0x` that say which format the bits have. */
const FORMATS = 'HKLMR';

const NO_ATOM = new Atom('', 0);

/** Tokens of a single byte, by that byte. */
const PUNCTUATION = new Uint8Array(256);
for (const [character, kind] of [
  ['=', Token.equals],
  [',', Token.comma],
  ['*', Token.star],
  ['(', Token.leftParenthesis],
  [')', Token.rightParenthesis],
  ['[', Token.leftBracket],
  [']', Token.rightBracket],
  ['{', Token.leftBrace],
  ['}', Token.rightBrace],
  ['<', Token.less],
  ['>', Token.greater],
  ['|', Token.bar],
  [':', Token.colon],
] as const) {
  PUNCTUATION[character.charCodeAt(0)] = kind;
}

export class Lexer extends Scanner {
  readonly atoms: AtomTable;
  /** The current token. */
  kind: number = Token.end;
  start = 0;
  /** Just behind the current token. */
  pos: number;
  /** The atom of a word, a name, a label (without its colon) or an integer. */
  atom: Atom = NO_ATOM;
  /** The value of an integer, a metadata or a group number, if it is small; else -1. */
  number = -1;
  /** Just behind the token before the current one. */
  previousEnd: number;

  constructor(source: SourceText, atoms: AtomTable, start: number) {
    super(source);
    this.atoms = atoms;
    this.pos = start;
    this.previousEnd = start;
  }

  /** Moves to the next token. */
  next(): void {
    this.previousEnd = this.pos;
    const text = this.text;
    let at = this.pos;
    // Most tokens have one blank in front of them, and one byte more says that nothing else is there.
    if (text.charCodeAt(at) === 0x20) at++;
    if (!(text.charCodeAt(at) > 0x20) || isCommentStart(text.charCodeAt(at)))
      at = this.skipSpace(at);
    this.start = at;
    if (at >= text.length) {
      this.pos = at;
      this.kind = Token.end;
      return;
    }
    const code = text.charCodeAt(at);
    const punctuation = code < 256 ? (PUNCTUATION[code] ?? 0) : 0;
    if (punctuation !== 0) {
      this.pos = at + 1;
      this.kind = punctuation;
      return;
    }
    switch (code) {
      case 0x25:
        if (!this.#numberedLocal()) this.#sigilName(Token.local, code);
        return;
      case 0x40:
        this.#sigilName(Token.global, code);
        return;
      case 0x21:
        this.#exclamation();
        return;
      case 0x22:
        this.#string();
        return;
      case 0x23:
        this.#hash();
        return;
      case 0x24:
        this.#dollar();
        return;
      case 0x5e:
        this.#digits(Token.summaryId);
        return;
      case 0x2b:
        this.#number(at + 1);
        return;
      default:
        this.#word(code);
    }
  }

  /** The text of the current token. */
  tokenText(): string {
    return this.text.slice(this.start, this.pos);
  }

  /** Continues behind a stretch that was skipped over. */
  jump(to: number): void {
    this.pos = to;
    this.next();
    this.previousEnd = to;
  }

  // '%' digits
  /** Reads the most common kind of name; false where it is another, or a large number. */
  #numberedLocal(): boolean {
    const text = this.text;
    let at = this.start + 1;
    let number = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9) || number >= NUMBERED) break;
      number = number * 10 + digit;
      at++;
    }
    if (at === this.start + 1 || number >= NUMBERED) return false;
    this.pos = at;
    this.atom = this.atoms.local(number);
    this.kind = Token.local;
    return true;
  }

  // '%' name | '%' digits | '%' string
  #sigilName(kind: number, sigil: number): void {
    const text = this.text;
    let at = this.start + 1;
    const first = text.charCodeAt(at) | 0;
    if (first === 0x22) {
      this.pos = this.stringEnd(at);
      this.atom = this.#quotedName(this.tokenText());
      this.kind = kind;
      return;
    }
    // A name that starts with a digit is a number and ends with it.
    const wanted = ((CLASSES[first] ?? 0) & DIGIT) !== 0 ? DIGIT : NAME;
    let hash = sigil;
    for (;;) {
      const code = text.charCodeAt(at) | 0;
      if (((CLASSES[code] ?? 0) & wanted) === 0) break;
      hash = at - this.start < PACKED ? (hash << 8) | code : (Math.imul(hash, 31) + code) | 0;
      at++;
    }
    if (at === this.start + 1) this.#unexpected('a name must follow this sign');
    this.pos = at;
    this.atom = this.atoms.find(text, this.start, at, hash);
    this.kind = kind;
  }

  /** The atom of a name that is spelled with quotes. */
  #quotedName(spelled: string): Atom {
    const name = canonicalName(spelled);
    if (name.includes('\\00')) this.#unexpected('names hold no NUL');
    return this.atoms.intern(name);
  }

  // '!' digits | '!' name | '!'
  #exclamation(): void {
    const text = this.text;
    let at = this.start + 1;
    const first = CLASSES[text.charCodeAt(at) | 0] ?? 0;
    if ((first & DIGIT) !== 0) {
      this.#digits(Token.metadataId);
      return;
    }
    let hash = 0x21;
    for (;;) {
      const code = text.charCodeAt(at) | 0;
      // A backslash starts an escaped byte of a metadata name.
      if (((CLASSES[code] ?? 0) & NAME) === 0 && code !== 0x5c) break;
      hash = at - this.start < PACKED ? (hash << 8) | code : (Math.imul(hash, 31) + code) | 0;
      at++;
    }
    this.pos = at;
    if (at === this.start + 1) this.kind = Token.exclamation;
    else {
      this.kind = Token.metadataName;
      this.atom = this.atoms.find(text, this.start, at, hash);
    }
  }

  // '#' digits | '#' word
  #hash(): void {
    const first = CLASSES[this.text.charCodeAt(this.start + 1) | 0] ?? 0;
    if ((first & DIGIT) !== 0) {
      this.#digits(Token.attributeGroup);
      return;
    }
    let at = this.start + 1;
    while (((CLASSES[this.text.charCodeAt(at) | 0] ?? 0) & KEYWORD) !== 0) at++;
    if (at === this.start + 1) this.#unexpected('a number or a debug record must follow it');
    this.pos = at;
    this.atom = this.atoms.intern(this.tokenText());
    this.kind = Token.hashWord;
  }

  // '$' name | '$' string | label
  #dollar(): void {
    const at = this.start + 1;
    if (this.text.charCodeAt(at) === 0x22) {
      this.#sigilName(Token.comdat, 0x24);
      return;
    }
    const end = this.#runEnd(at);
    if (this.text.charCodeAt(end) === 0x3a) this.#label(end);
    else this.#sigilName(Token.comdat, 0x24);
  }

  // string | string ':'
  #string(): void {
    const end = this.stringEnd(this.start);
    if (this.text.charCodeAt(end) === 0x3a) {
      const name = this.#quotedName(`%${this.text.slice(this.start, end)}`).text;
      this.atom = this.atoms.intern(name.slice(1));
      this.pos = end + 1;
      this.kind = Token.label;
    } else {
      this.pos = end;
      this.kind = Token.string;
    }
  }

  #label(end: number): void {
    this.atom = this.atoms.intern(this.text.slice(this.start, end));
    this.pos = end + 1;
    this.kind = Token.label;
  }

  #digits(kind: number): void {
    const text = this.text;
    let at = this.start + 1;
    let number = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9)) break;
      number = number * 10 + digit;
      at++;
    }
    // Leading zeros would be lost: such a number keeps its text.
    const plain =
      number < NUMBERED &&
      (number === 0 ? at === this.start + 2 : text.charCodeAt(this.start + 1) !== 0x30);
    this.number = plain ? number : -1;
    if (at === this.start + 1) this.#unexpected('a number must follow it');
    this.pos = at;
    this.kind = kind;
  }

  /** Words, numbers and labels: all start with a byte that a name may hold. */
  #word(code: number): void {
    const text = this.text;
    if (((CLASSES[code] ?? 0) & NAME) === 0) this.#unexpected('no token starts with it');
    if (code >= 0x30 && code <= 0x39 && this.#smallInteger()) return;
    if (code === 0x63 && text.charCodeAt(this.start + 1) === 0x22) {
      this.pos = this.stringEnd(this.start + 1);
      this.kind = Token.byteString;
      return;
    }
    const start = this.start;
    let hash = 0;
    let all = NAME | KEYWORD;
    let at = start;
    for (;;) {
      const next = text.charCodeAt(at) | 0;
      const classes = CLASSES[next] ?? 0;
      if ((classes & NAME) === 0) break;
      all &= classes;
      hash = at - start < PACKED ? (hash << 8) | next : (Math.imul(hash, 31) + next) | 0;
      at++;
    }
    if (text.charCodeAt(at) === 0x3a) {
      this.atom = this.atoms.find(text, this.start, at, hash);
      this.pos = at + 1;
      this.kind = Token.label;
    } else if (((CLASSES[code] ?? 0) & DIGIT) !== 0 || code === 0x2d) this.#number(this.start + 1);
    else if (code === 0x2e) this.#ellipsis();
    else if ((all & KEYWORD) !== 0) this.#finishWord(at, hash);
    else this.#cutWord();
  }

  // digits
  /** Reads a short decimal number; false where it is something else, as the label `12:` is. */
  #smallInteger(): boolean {
    const text = this.text;
    let at = this.start;
    let number = 0;
    for (;;) {
      const digit = text.charCodeAt(at) - 0x30;
      if (!(digit >= 0 && digit <= 9) || number >= NUMBERED) break;
      number = number * 10 + digit;
      at++;
    }
    const next = text.charCodeAt(at) | 0;
    if (number >= NUMBERED || next === 0x3a || ((CLASSES[next] ?? 0) & NAME) !== 0) return false;
    if (text.charCodeAt(this.start) === 0x30 && at > this.start + 1) return false;
    this.pos = at;
    this.atom = this.atoms.integer(number);
    this.number = number;
    this.kind = Token.integer;
    return true;
  }

  #finishWord(end: number, hash: number): void {
    this.pos = end;
    this.atom = this.atoms.find(this.text, this.start, end, hash);
    this.kind = Token.word;
    if (this.text.charCodeAt(this.start + 1) === 0x30) this.#hexInteger();
  }

  /** A word that is followed at once by `-`, `.` or `$`, none of which keywords have. */
  // ( 'u' | 's' ) '0x' digits
  /** Integers of any width, which look like words. */
  #hexInteger(): void {
    const word = this.atom.text;
    if (!word.startsWith('u0x') && !word.startsWith('s0x')) return;
    const digits = hexEnd(word, 3);
    if (digits === 3) return;
    this.pos = this.start + digits;
    this.atom = this.atoms.intern(this.tokenText());
    this.kind = Token.integer;
    this.number = -1;
  }

  #cutWord(): void {
    let at = this.start;
    while (((CLASSES[this.text.charCodeAt(at) | 0] ?? 0) & KEYWORD) !== 0) at++;
    this.pos = at;
    this.atom = this.atoms.intern(this.tokenText());
    this.kind = Token.word;
  }

  #ellipsis(): void {
    if (!this.text.startsWith('...', this.start)) this.#unexpected('no token starts with it');
    this.pos = this.start + 3;
    this.kind = Token.ellipsis;
  }

  // [-+]? digits [ '.' digits [ [eE] [-+]? digits ] ] | '0x' hex | '0x' [KLMHR] hex
  #number(from: number): void {
    const text = this.text;
    const first = text.charCodeAt(this.start);
    if (first === 0x30 && text.charCodeAt(from) === 0x78) {
      this.#hexFloat(from + 1);
      return;
    }
    const start = first === 0x2d || first === 0x2b ? from : this.start;
    let at = this.#digitsEnd(start);
    if (at === start) this.#unexpected('a number must follow the sign');
    if (text.charCodeAt(at) !== 0x2e) {
      this.pos = at;
      this.atom = this.atoms.intern(this.tokenText());
      this.number = -1;
      this.kind = Token.integer;
      return;
    }
    at = this.#digitsEnd(at + 1);
    if ((text.charCodeAt(at) | 0x20) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      const digits = sign === 0x2d || sign === 0x2b ? at + 2 : at + 1;
      const end = this.#digitsEnd(digits);
      if (end > digits) at = end;
    }
    this.pos = at;
    this.kind = Token.float;
  }

  #digitsEnd(from: number): number {
    let at = from;
    while (((CLASSES[this.text.charCodeAt(at) | 0] ?? 0) & DIGIT) !== 0) at++;
    return at;
  }

  // '0x' [ 'H' | 'K' | 'L' | 'M' | 'R' ] digits
  #hexFloat(from: number): void {
    const digits = FORMATS.includes(this.text.charAt(from)) ? from + 1 : from;
    this.pos = hexEnd(this.text, digits);
    if (this.pos === digits) this.#unexpected('hexadecimal digits must follow');
    this.kind = Token.float;
  }

  #runEnd(from: number): number {
    let at = from;
    while (((CLASSES[this.text.charCodeAt(at) | 0] ?? 0) & NAME) !== 0) at++;
    return at;
  }

  #unexpected(why: string): never {
    const shown = describeByte(this.text.charCodeAt(this.start));
    return this.fail(
      'TBX0101',
      `unexpected character ${shown}: ${why}`,
      this.start,
      this.start + 1,
    );
  }
}

function isCommentStart(code: number): boolean {
  return code === 0x3b || code === 0x2f;
}

/** Behind the hexadecimal digits that start at `from`. */
function hexEnd(text: string, from: number): number {
  let at = from;
  for (;;) {
    const code = text.charCodeAt(at);
    const letter = code | 0x20;
    if (!((code >= 0x30 && code <= 0x39) || (letter >= 0x61 && letter <= 0x66))) return at;
    at++;
  }
}

function describeByte(code: number): string {
  if (code > 0x20 && code < 0x7f) return `'${String.fromCharCode(code)}'`;
  return `0x${code.toString(16).toUpperCase().padStart(2, '0')}`;
}
