/**
 * Words and names, one object for each spelling of a module.
 *
 * The lexer hashes a name while it scans it and finds its atom without making a string. What parsers need to know of a
 * word hangs on its atom: the type that it names, the constant that it is, how the instruction that it starts is read.
 * So a keyword is compared with `===` and looked up never.
 */
import type { AttributeSyntax } from './attribute-table.js';
import type { Constant, Instruction, Metadata, Type, Value } from '../model/index.js';
import type { Parser } from './parser.js';

/** Reads an instruction, standing behind its opcode. */
export type InstructionParser = (parser: Parser) => Instruction;

/** Reads a constant, standing behind its first word. */
export type ConstantParser = (parser: Parser, word: Atom) => Constant;

export class Atom {
  readonly text: string;
  readonly hash: number;
  /** Whether all modules share the atom, which then must hold nothing of one module. */
  readonly shared: boolean;
  /** The number of `%12` or `@12`; -1 for other words. */
  readonly number: number;
  /** The type that the word names (`i32`), once it is known. */
  type: Type | undefined = undefined;
  /** The value that the word is (`%x`, `@g`, `7`, `null`), once it is known. */
  value: Value | undefined = undefined;
  /** For the `x` of a label `x:`, the atom of the block's name `%x`, once it is known. */
  block: Atom | undefined = undefined;
  instruction: InstructionParser | undefined = undefined;
  constant: ConstantParser | undefined = undefined;
  /** The {@link AtomTable.scope} in which the name was defined last. */
  definedIn = -1;
  /** Whether the instruction ends a block. */
  terminator = false;
  attribute: AttributeSyntax | undefined = undefined;

  constructor(text: string, hash: number, shared = false) {
    this.text = text;
    this.shared = shared;
    this.hash = hash;
    this.number = numberOf(text);
  }
}

const INITIAL_SLOTS = 4096;

/** How many bytes of a word its hash holds exactly. */
export const PACKED = 4;

/** Numbers below this have their atoms in arrays. */
export const NUMBERED = 65_536;

const keywords = new Map<string, Atom>();

/** The atom of a keyword, which all modules share. Facts are put on it only while the front end is loaded. */
export function keyword(text: string): Atom {
  let atom = keywords.get(text);
  if (atom === undefined) {
    atom = new Atom(text, hashText(text), true);
    keywords.set(text, atom);
  }
  return atom;
}

/**
 * The hash of a word. The first four bytes are packed, so that no two words of up to four bytes have the same hash and
 * the most common words need no comparison; the bytes behind them are mixed in. The lexer hashes while it scans.
 */
export function hashText(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    hash = at < PACKED ? (hash << 8) | code : (Math.imul(hash, 31) + code) | 0;
  }
  return hash;
}

export class AtomTable {
  /** Counts the bodies that were read; 0 is the module itself. */
  scope = 0;
  #slots: (Atom | undefined)[] = new Array<Atom | undefined>(INITIAL_SLOTS).fill(undefined);
  #mask = INITIAL_SLOTS - 1;
  #count = 0;
  /** The atoms of numbers below {@link NUMBERED}, which need neither hash nor comparison. */
  readonly #locals: (Atom | undefined)[] = [];
  readonly #integers: (Atom | undefined)[] = [];
  readonly #references: (Metadata | undefined)[] = [];

  constructor() {
    for (const atom of keywords.values()) this.#insert(atom);
  }

  /** The atom of `text.slice(start, end)`, whose hash is given. */
  find(text: string, start: number, end: number, hash: number): Atom {
    const slots = this.#slots;
    let slot = mix(hash) & this.#mask;
    for (;;) {
      const atom = slots[slot];
      if (atom === undefined) return this.#add(text.slice(start, end), hash);
      if (atom.hash === hash && matches(atom.text, text, start, end)) return atom;
      slot = (slot + 1) & this.#mask;
    }
  }

  /** The atom of `%12`. */
  local(number: number): Atom {
    return this.#locals[number] ?? put(this.#locals, number, this.intern(`%${number}`));
  }

  /** The atom of `12`. */
  integer(number: number): Atom {
    return this.#integers[number] ?? put(this.#integers, number, this.intern(String(number)));
  }

  /** `!12` */
  reference(number: number): Metadata {
    return (
      this.#references[number] ??
      put(this.#references, number, { kind: 'reference', id: `!${number}` })
    );
  }

  intern(text: string): Atom {
    return this.find(text, 0, text.length, hashText(text));
  }

  #add(text: string, hash: number): Atom {
    const atom = new Atom(text, hash);
    this.#insert(atom);
    return atom;
  }

  #insert(atom: Atom): void {
    if (this.#count * 2 > this.#mask) this.#grow();
    let slot = mix(atom.hash) & this.#mask;
    while (this.#slots[slot] !== undefined) slot = (slot + 1) & this.#mask;
    this.#slots[slot] = atom;
    this.#count++;
  }

  #grow(): void {
    const old = this.#slots;
    const size = old.length * 2;
    this.#slots = new Array<Atom | undefined>(size).fill(undefined);
    this.#mask = size - 1;
    this.#count = 0;
    for (const atom of old) if (atom !== undefined) this.#insert(atom);
  }
}

/**
 * Puts what a number stands for into its place. The places in front of it are filled as well: with large gaps, V8 would
 * make a hash table of the array, for good.
 */
function put<T>(places: (T | undefined)[], number: number, value: T): T {
  while (places.length <= number) places.push(undefined);
  places[number] = value;
  return value;
}

/** Spreads a hash to its low bits, which choose the slot. */
function mix(hash: number): number {
  const product = Math.imul(hash, 0x9e3779b1);
  return product ^ (product >>> 16);
}

/** Whether a name whose hash is equal is this stretch of text. */
function matches(name: string, text: string, start: number, end: number): boolean {
  const length = end - start;
  if (name.length !== length) return false;
  if (length <= PACKED) return true;
  for (let at = 0; at < length; at++) {
    if (name.charCodeAt(at) !== text.charCodeAt(start + at)) return false;
  }
  return true;
}

function numberOf(text: string): number {
  const sigil = text.charCodeAt(0);
  if ((sigil !== 0x25 && sigil !== 0x40) || text.length < 2) return -1;
  let number = 0;
  for (let at = 1; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 0x30;
    if (digit < 0 || digit > 9) return -1;
    number = number * 10 + digit;
  }
  return number;
}
