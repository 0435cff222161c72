/** Changes of single instructions of real functions, at random; the verifier says which of them it accepts. */
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { REFUSED } from '../../../src/verify/image/encodings.js';
import { WRITE } from '../../../src/verify/image/allow-list.js';
import { NO_GPR } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { OPERAND } from '../../../src/verify/image/operands.js';
import { sizeOfImmediate } from '../../../src/verify/image/tails.js';
import { VALUE } from '../../../src/verify/image/values.js';
import type { ClaimsByInstruction } from '../property/analysed.js';
import type { Claim } from '../property/claims.js';
import type { Random } from '../../support/random.js';

const NOP = 0x90;
/** Opcodes of `mov` and their like become the store for the load, and the other way, by this bit. */
const DIRECTION = 2;
/** How many of ten changes are where the proofs are: frames, branches, what they compare. */
const TELLING = 7;
const WORD = 8;
/** Of the argument area, that stores are sent to. */
const ARGUMENTS = 4;
/** How often something that fits is looked for. */
const TRIES = 20;

/** A function of an image: its instructions, in the order of addresses. */
export interface Body {
  readonly name: string;
  readonly entry: number;
  readonly first: number;
  /** Just behind the last. */
  readonly end: number;
}

/** Bytes to write over those of the code, from an offset on. */
export interface Mutation {
  readonly at: number;
  readonly bytes: Uint8Array;
  readonly what: string;
  /** An access to the arguments, for which callers may have no room. */
  readonly isArgument?: boolean;
}

/** Makes mutations of one image. */
export class Mutator {
  readonly #random: Random;
  readonly #code: Code;
  readonly #bytes: Uint8Array;
  readonly #bodies: readonly Body[];
  readonly #claims: ClaimsByInstruction;

  /** @param bytes those of the code segment */
  constructor(
    random: Random,
    code: Code,
    bytes: Uint8Array,
    bodies: readonly Body[],
    claims: ClaimsByInstruction,
  ) {
    this.#random = random;
    this.#code = code;
    this.#bytes = Uint8Array.from(bytes);
    this.#bodies = bodies;
    this.#claims = claims;
  }

  /** Some change of a function. */
  mutate(body: Body): Mutation {
    const random = this.#random;
    const at = this.#choose(body);
    if (random.below(3) === 0) return this.#moveAccess(body) ?? this.#flip(at);
    switch (random.below(10)) {
      case 0:
        return this.#fill(at, new Uint8Array(), 'left out');
      case 1:
        return this.#fill(at, this.#bytesOf(random.pick([at - 1, at + 1])), 'neighbour again');
      case 2:
      case 3: {
        const other = this.#choose(random.pick([body, random.pick(this.#bodies)]));
        return this.#fill(at, this.#bytesOf(other), 'another in its place');
      }
      case 4:
        return this.#swap(Math.min(at, body.end - 2));
      case 5:
        return this.#change(at, -1, random.pick([8, -8, 1, -1, 16, -16]));
      case 6:
        return this.#retarget(at, body);
      case 7:
        return this.#reverse(at);
      default:
        return this.#flip(at);
    }
  }

  #offset(at: number): number {
    return (this.#code.address[at] ?? this.#code.end) - this.#code.start;
  }

  #bytesOf(at: number): Uint8Array {
    const end = at + 1 < this.#code.count ? this.#offset(at + 1) : this.#bytes.length;
    return this.#bytes.slice(this.#offset(at), end);
  }

  /** An instruction of the function, mostly one that the proofs are about. */
  #choose({ first, end }: Body): number {
    const random = this.#random;
    let at = first + random.below(end - first);
    if (random.below(10) >= TELLING) return at;
    for (let tries = 0; tries < 8 && !this.#isTelling(at); tries++)
      at = first + random.below(end - first);
    return at;
  }

  #isTelling(at: number): boolean {
    const { encodings } = this.#code;
    const encoding = this.#code.encoding[at] ?? REFUSED;
    const kind = kindAt(this.#code, at);
    if (kind === KINDS.trap || kind === KINDS.nop) return false;
    return kind !== KINDS.other || encodings.operand[encoding] === OPERAND.unproven;
  }

  /** Other bytes for an instruction, as far as they fit, and no-ops behind. */
  #fill(at: number, by: Uint8Array, what: string): Mutation {
    const bytes = this.#bytesOf(at).fill(NOP);
    if (by.length <= bytes.length) bytes.set(by);
    return { at: this.#offset(at), bytes, what };
  }

  #swap(at: number): Mutation {
    const [first, second] = [this.#bytesOf(at), this.#bytesOf(at + 1)];
    const bytes = new Uint8Array([...second, ...first]);
    return { at: this.#offset(at), bytes, what: 'exchanged with the next' };
  }

  /** Adds to one byte, counted from the end. */
  #change(at: number, from: number, by: number): Mutation {
    const bytes = this.#bytesOf(at);
    const place = bytes.length + from;
    bytes[place] = (bytes[place] ?? 0) + by;
    return { at: this.#offset(at), bytes, what: `last byte by ${by}` };
  }

  #flip(at: number): Mutation {
    const bytes = this.#bytesOf(at);
    const bit = this.#random.below(8 * bytes.length);
    bytes[bit >>> 3] = (bytes[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
    return { at: this.#offset(at), bytes, what: `bit ${bit}` };
  }

  /** A load becomes a store: the opcode stands behind at most one REX prefix here. */
  #reverse(at: number): Mutation {
    const bytes = this.#bytesOf(at);
    const place = ((bytes[0] ?? 0) & 0xf0) === 0x40 ? 1 : 0;
    bytes[place] = (bytes[place] ?? 0) ^ DIRECTION;
    return { at: this.#offset(at), bytes, what: 'the other direction' };
  }

  /** A direct branch goes elsewhere in the function, or to another function; what is none becomes a jump. */
  #retarget(at: number, body: Body): Mutation {
    const random = this.#random;
    const bytes = this.#bytesOf(at);
    const to =
      random.below(2) === 0
        ? this.#offset(body.first + random.below(body.end - body.first))
        : random.pick(this.#bodies).entry - this.#code.start;
    const distance = to - (this.#offset(at) + bytes.length);
    const view = new DataView(bytes.buffer);
    if (bytes.length >= 5) view.setInt32(bytes.length - 4, distance, true);
    else if (distance >= -128 && distance < 128) view.setInt8(bytes.length - 1, distance);
    if (!this.#isBranch(at) && bytes.length === 5) bytes[0] = random.pick([0xe8, 0xe9]);
    return { at: this.#offset(at), bytes, what: 'another target' };
  }

  /** An access to the frame goes to a word that something is known of, or to the arguments. */
  #moveAccess(body: Body): Mutation | undefined {
    const random = this.#random;
    for (let tries = 0; tries < TRIES; tries++) {
      const at = body.first + random.below(body.end - body.first);
      const base = this.#frameBase(at);
      // Stores rather than loads, and what is computed only not at all.
      if (base === undefined || (tries < TRIES / 2 && !this.#isWrite(at))) continue;
      const place = random.below(2) === 0 ? this.#argument() : this.#knownWord(at);
      const bytes = this.#withDisplacement(at, place - base);
      if (bytes === undefined) continue;
      const what = `now at ${place}`;
      return { at: this.#offset(at), bytes, what, isArgument: place > 0 };
    }
    return undefined;
  }

  #isWrite(at: number): boolean {
    const { encodings, encoding } = this.#code;
    return ((encodings.access[encoding[at] ?? REFUSED] ?? 0) & WRITE) !== 0;
  }

  /** Where the base register of an access through registers is, from the entry's stack pointer on. */
  #frameBase(at: number): number | undefined {
    const { encodings, encoding: all } = this.#code;
    const encoding = all[at] ?? REFUSED;
    if (encodings.operand[encoding] !== OPERAND.unproven) return undefined;
    if (encodings.index[encoding] !== NO_GPR) return undefined;
    return this.#valuesAt(at).find(
      ({ register, kind }) => register === encodings.base[encoding] && kind === VALUE.stack,
    )?.payload;
  }

  /** What is claimed there, on one of the ways that lead there. */
  #valuesAt(at: number): readonly Claim[] {
    return this.#claims.get(at)?.[0]?.values ?? [];
  }

  #argument(): number {
    return WORD + WORD * this.#random.below(ARGUMENTS);
  }

  #knownWord(at: number): number {
    const random = this.#random;
    const words = this.#valuesAt(at).flatMap(({ slot }) =>
      slot?.base === VALUE.stack ? [slot.offset] : [],
    );
    if (words.length === 0) return this.#argument();
    return random.pick(words) + random.pick([0, 0, 0, 0, 4, -4, -8, 1, 7]);
  }

  /** The instruction with another displacement, now and then in the other direction; undefined if it has no room. */
  #withDisplacement(at: number, displacement: number): Uint8Array | undefined {
    const { encodings, encoding: all } = this.#code;
    const encoding = all[at] ?? REFUSED;
    const bytes = this.#random.below(3) === 0 ? this.#reverse(at).bytes : this.#bytesOf(at);
    const size = encodings.displacementSize[encoding] ?? 0;
    const end = bytes.length - sizeOfImmediate(encodings.immediate[encoding] ?? 0);
    const view = new DataView(bytes.buffer);
    if (size === 4) view.setInt32(end - 4, displacement, true);
    else if (size === 1 && displacement === (displacement << 24) >> 24)
      view.setInt8(end - 1, displacement);
    else return undefined;
    return bytes;
  }

  #isBranch(at: number): boolean {
    const branches: readonly number[] = [KINDS.call, KINDS.jump, KINDS.jumpIf];
    return branches.includes(kindAt(this.#code, at));
  }
}
