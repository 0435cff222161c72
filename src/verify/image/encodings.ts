/**
 * What an instruction is, but for the numbers at its end: few thousand encodings make up hundreds of thousands of
 * instructions, and each is read by the decoder and checked once.
 */
import { grown } from './grown.js';
import { KINDS } from './kinds.js';

/** The encoding of all that is refused, and of `int3`. */
export const REFUSED = 0;
export const TRAP = 1;
const RESERVED = 2;
/** For large programs: V8 drops the code that it made of functions when an array takes another's place. */
const ROOM = 1 << 15;

/** What {@link Encodings.placed} says of the displacement. */
export const PLACED = {
  anywhere: 0,
  /** Not negative: in the window without a 67 prefix. */
  lowHalf: 1,
  /** The address is in the read-only segment. */
  readOnly: 2,
} as const;

/** Facts by the number of an encoding. */
export class Encodings {
  /** How many there are. */
  count = RESERVED;
  /** A `KINDS` number. */
  kind: Uint8Array = new Uint8Array(ROOM);
  /** iced's code. */
  code: Uint16Array = new Uint16Array(ROOM);
  /** Registers of operands 0 and 1, as general-purpose register numbers and widths; no code writes one as operand 2. */
  register0: Uint8Array = new Uint8Array(ROOM);
  bits0: Uint8Array = new Uint8Array(ROOM);
  register1: Uint8Array = new Uint8Array(ROOM);
  bits1: Uint8Array = new Uint8Array(ROOM);
  /** Bit `r` for register `r` that is unknown behind the instruction, if that is of a kind without known effect. */
  writes: Uint16Array = new Uint16Array(ROOM);
  /** The same for registers of which the upper half is zero. */
  writesHalves: Uint16Array = new Uint16Array(ROOM);
  /** In which states that is all which the instruction does: a `PLAIN` number (plain.ts). */
  plain: Uint8Array = new Uint8Array(ROOM);
  /** 1 where RFLAGS may change. */
  changesFlags: Uint8Array = new Uint8Array(ROOM);
  /** What the memory operand is, an `OPERAND` number. */
  operand: Uint8Array = new Uint8Array(ROOM);
  /** General-purpose registers of it, or `NO_GPR`. */
  base: Uint8Array = new Uint8Array(ROOM);
  index: Uint8Array = new Uint8Array(ROOM);
  scale: Uint8Array = new Uint8Array(ROOM);
  /** Bytes accessed, and whether read or written (`READ`, `WRITE`). */
  size: Uint8Array = new Uint8Array(ROOM);
  access: Uint8Array = new Uint8Array(ROOM);
  /** 1 where the displacement is an address relative to RIP. */
  isRipRelative: Uint8Array = new Uint8Array(ROOM);
  /** 1 where the immediate does not fit in 32 bits, sign-extended. */
  wide: Uint8Array = new Uint8Array(ROOM);

  // How instructions of this encoding are read without the decoder (encoding-tree.ts).

  /** Bytes of the whole instruction. */
  length: Uint8Array = new Uint8Array(ROOM);
  /** Bytes of the displacement, of a direct branch too; where there are none, it is `displacement`. */
  displacementSize: Uint8Array = new Uint8Array(ROOM);
  displacement: Int32Array = new Int32Array(ROOM);
  /** 1 where the displacement counts from the end of the instruction. */
  isRelative: Uint8Array = new Uint8Array(ROOM);
  /** An `IMMEDIATE` number. */
  immediate: Uint8Array = new Uint8Array(ROOM);
  /** Where the displacement must lead, a `PLACED` number; that is checked for each instruction. */
  placed: Uint8Array = new Uint8Array(ROOM);

  constructor() {
    this.kind[REFUSED] = KINDS.refused;
    this.kind[TRAP] = KINDS.trap;
  }

  /** The number of a new encoding, of which all facts are 0. */
  add(): number {
    if (this.count === this.kind.length) this.#grow();
    return this.count++;
  }

  /** Takes the newest away, of which nothing but zeros must be known afterwards. */
  drop(): void {
    const last = --this.count;
    const fields: readonly unknown[] = Object.values(this);
    for (const facts of fields) {
      if (
        facts instanceof Uint8Array ||
        facts instanceof Uint16Array ||
        facts instanceof Int32Array
      )
        facts[last] = 0;
    }
  }

  #grow(): void {
    this.kind = grown(this.kind, Uint8Array);
    this.code = grown(this.code, Uint16Array);
    this.register0 = grown(this.register0, Uint8Array);
    this.bits0 = grown(this.bits0, Uint8Array);
    this.register1 = grown(this.register1, Uint8Array);
    this.bits1 = grown(this.bits1, Uint8Array);
    this.writes = grown(this.writes, Uint16Array);
    this.writesHalves = grown(this.writesHalves, Uint16Array);
    this.plain = grown(this.plain, Uint8Array);
    this.changesFlags = grown(this.changesFlags, Uint8Array);
    this.operand = grown(this.operand, Uint8Array);
    this.base = grown(this.base, Uint8Array);
    this.index = grown(this.index, Uint8Array);
    this.scale = grown(this.scale, Uint8Array);
    this.size = grown(this.size, Uint8Array);
    this.access = grown(this.access, Uint8Array);
    this.isRipRelative = grown(this.isRipRelative, Uint8Array);
    this.wide = grown(this.wide, Uint8Array);
    this.length = grown(this.length, Uint8Array);
    this.displacementSize = grown(this.displacementSize, Uint8Array);
    this.displacement = grown(this.displacement, Int32Array);
    this.isRelative = grown(this.isRelative, Uint8Array);
    this.immediate = grown(this.immediate, Uint8Array);
    this.placed = grown(this.placed, Uint8Array);
  }
}
