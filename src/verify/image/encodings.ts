/**
 * What an instruction is, but for the numbers at its end: few thousand encodings make up hundreds of thousands of
 * instructions, and each is read by the decoder and checked once.
 */
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
    for (const facts of this.#all()) facts[last] = 0;
  }

  #all(): readonly (Uint8Array | Uint16Array | Int32Array)[] {
    return [
      ...[this.kind, this.code, this.register0, this.bits0, this.register1, this.bits1],
      ...[this.writes, this.writesHalves, this.plain, this.changesFlags, this.operand, this.base],
      ...[
        this.index,
        this.scale,
        this.size,
        this.access,
        this.isRipRelative,
        this.wide,
        this.length,
      ],
      ...[this.displacementSize, this.displacement, this.isRelative, this.immediate, this.placed],
    ];
  }

  #grow(): void {
    this.kind = bytes(this.kind);
    this.code = halves(this.code);
    this.register0 = bytes(this.register0);
    this.bits0 = bytes(this.bits0);
    this.register1 = bytes(this.register1);
    this.bits1 = bytes(this.bits1);
    this.writes = halves(this.writes);
    this.writesHalves = halves(this.writesHalves);
    this.plain = bytes(this.plain);
    this.changesFlags = bytes(this.changesFlags);
    this.operand = bytes(this.operand);
    this.base = bytes(this.base);
    this.index = bytes(this.index);
    this.scale = bytes(this.scale);
    this.size = bytes(this.size);
    this.access = bytes(this.access);
    this.isRipRelative = bytes(this.isRipRelative);
    this.wide = bytes(this.wide);
    this.length = bytes(this.length);
    this.displacementSize = bytes(this.displacementSize);
    this.displacement = words(this.displacement);
    this.isRelative = bytes(this.isRelative);
    this.immediate = bytes(this.immediate);
    this.placed = bytes(this.placed);
  }
}

function words(old: Int32Array): Int32Array {
  const larger = new Int32Array(old.length * 2);
  larger.set(old);
  return larger;
}

function halves(old: Uint16Array): Uint16Array {
  const larger = new Uint16Array(old.length * 2);
  larger.set(old);
  return larger;
}

function bytes(old: Uint8Array): Uint8Array {
  const larger = new Uint8Array(old.length * 2);
  larger.set(old);
  return larger;
}
