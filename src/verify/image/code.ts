/** The instructions of an image, in arrays: it has hundreds of thousands of them. */

/** What is kept of each instruction, indexed by its number. */
export interface Code {
  readonly count: number;
  /** Address of the first byte. */
  readonly start: number;
  /** Just behind the last byte. */
  readonly end: number;
  readonly address: Int32Array;
  /** A `KINDS` number. */
  readonly kind: Uint8Array;
  /** iced's code, for the allow-list. */
  readonly code: Uint16Array;
  /** Registers of operands 0 and 1, as general-purpose register numbers and widths; no code writes one as operand 2. */
  readonly register0: Uint8Array;
  readonly bits0: Uint8Array;
  readonly register1: Uint8Array;
  readonly bits1: Uint8Array;
  /** Bit `r` for register `r` that is unknown behind the instruction, if that is of a kind without known effect. */
  readonly writes: Uint16Array;
  /** The same for registers of which the upper half is zero. */
  readonly writesHalves: Uint16Array;
  /** What the memory operand is, an `OPERAND` number. */
  readonly operand: Uint8Array;
  /** General-purpose registers of it, or `NO_GPR`. */
  readonly base: Uint8Array;
  readonly index: Uint8Array;
  readonly scale: Uint8Array;
  /** Displacement; for RIP-relative operands and direct branches the address. */
  readonly displacement: Int32Array;
  /** 1 where the displacement is an address relative to RIP. */
  readonly isRipRelative: Uint8Array;
  /** Bytes accessed, and whether read or written (`READ`, `WRITE`). */
  readonly size: Uint8Array;
  readonly access: Uint8Array;
  /** The last immediate, sign-extended and cut to 32 bits. */
  readonly immediate: Int32Array;
  /** Bit 0: the immediate does not fit in 32 bits, sign-extended. */
  readonly wide: Uint8Array;
  /** Number of the instruction that starts at `start + offset`, or -1. */
  readonly startsAt: Int32Array;
}

/** The same while it is filled. */
export type CodeArrays = { -readonly [Field in keyof Code]: Code[Field] };

/** Bytes of code an instruction has on average are four and more; images with less make the arrays grow. */
const EXPECTED_SIZE = 3;

/** Arrays for so many bytes of code at `start`. */
export function allocateCode(bytes: number, start: number): CodeArrays {
  const room = Math.ceil(bytes / EXPECTED_SIZE) + 1;
  return {
    count: 0,
    start,
    end: start + bytes,
    address: new Int32Array(room),
    kind: new Uint8Array(room),
    code: new Uint16Array(room),
    register0: new Uint8Array(room),
    bits0: new Uint8Array(room),
    register1: new Uint8Array(room),
    bits1: new Uint8Array(room),
    writes: new Uint16Array(room),
    writesHalves: new Uint16Array(room),
    operand: new Uint8Array(room),
    base: new Uint8Array(room),
    index: new Uint8Array(room),
    scale: new Uint8Array(room),
    displacement: new Int32Array(room),
    isRipRelative: new Uint8Array(room),
    size: new Uint8Array(room),
    access: new Uint8Array(room),
    immediate: new Int32Array(room),
    wide: new Uint8Array(room),
    startsAt: new Int32Array(bytes).fill(-1),
  };
}

/** Makes room for twice as many instructions. */
export function growCode(code: CodeArrays): void {
  const room = code.address.length * 2;
  code.address = words(code.address, room);
  code.displacement = words(code.displacement, room);
  code.immediate = words(code.immediate, room);
  code.code = halves(code.code, room);
  code.writes = halves(code.writes, room);
  code.writesHalves = halves(code.writesHalves, room);
  code.kind = bytes(code.kind, room);
  code.register0 = bytes(code.register0, room);
  code.bits0 = bytes(code.bits0, room);
  code.register1 = bytes(code.register1, room);
  code.bits1 = bytes(code.bits1, room);
  code.operand = bytes(code.operand, room);
  code.base = bytes(code.base, room);
  code.index = bytes(code.index, room);
  code.scale = bytes(code.scale, room);
  code.isRipRelative = bytes(code.isRipRelative, room);
  code.size = bytes(code.size, room);
  code.access = bytes(code.access, room);
  code.wide = bytes(code.wide, room);
}

function words(old: Int32Array, room: number): Int32Array {
  const larger = new Int32Array(room);
  larger.set(old);
  return larger;
}

function halves(old: Uint16Array, room: number): Uint16Array {
  const larger = new Uint16Array(room);
  larger.set(old);
  return larger;
}

function bytes(old: Uint8Array, room: number): Uint8Array {
  const larger = new Uint8Array(room);
  larger.set(old);
  return larger;
}
