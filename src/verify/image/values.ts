/**
 * What is known of the contents of a register or stack slot: a kind and a payload of 32 bits.
 *
 * Every kind but the numbers is a fact about the entry of the function or about the image, true wherever it stands.
 * A `number` is named by the instruction that gave it its name, and means the value that was named when that
 * instruction last ran; so the name is taken from all older values when the instruction runs again (state.ts, `name`).
 */
export const VALUE = {
  unknown: 0,
  /** Stack pointer at the function's entry, plus the payload. */
  stack: 1,
  /** What the callee-saved register of this number held at the entry. */
  saved: 2,
  /** A 64-bit constant: the payload, sign-extended. */
  constant: 3,
  /** An address beside the code, from a RIP-relative `lea`: the payload, in the window where the code runs. */
  code: 4,
  /** At most the payload, as 64-bit unsigned numbers. */
  range: 5,
  /** No bit set that is not set in the payload. */
  masked: 6,
  /** The named value itself, or its low 32, 16 or 8 bits, zero-extended. */
  number: 7,
  number32: 8,
  number16: 9,
  number8: 10,
  /** An entry of the jump table of this number (tables.ts), and the entry's target. */
  tableEntry: 11,
  tableTarget: 12,
  /** An entry of the call table of this number. */
  callee: 13,
  /** From here on: realigned stack pointer of this frame number, plus the payload. */
  aligned: 16,
} as const;

/** A bound that says nothing: 32-bit values. */
export const NO_BOUND = 0xffff_ffff;

/** Whether the kind is one of the `number`s. */
export function isNumber(kind: number): boolean {
  return kind >= VALUE.number && kind <= VALUE.number8;
}

/** Whether the kind is an address on the native stack. */
export function isStackAddress(kind: number): boolean {
  return kind === VALUE.stack || kind >= VALUE.aligned;
}

/** A stack pointer that `and $-size, %rsp` rounded down, from `entry + from`. */
export interface AlignedFrame {
  readonly from: number;
  readonly size: number;
}

/** All realigned frames of an image, by number. */
export class AlignedFrames {
  readonly #frames: AlignedFrame[] = [];
  readonly #numbers = new Map<string, number>();

  /** The kind of values relative to this frame; equal frames have equal kinds. */
  kindOf(from: number, size: number): number {
    const key = `${from} ${size}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return VALUE.aligned + known;
    const number = this.#frames.length;
    this.#frames.push({ from, size });
    this.#numbers.set(key, number);
    return VALUE.aligned + number;
  }

  /** All frames, by the kind of the values relative to them. */
  all(): ReadonlyMap<number, AlignedFrame> {
    return new Map(this.#frames.map((frame, number) => [VALUE.aligned + number, frame]));
  }

  /** The lowest place that an address can have, relative to the stack pointer at entry. */
  lowest(kind: number, offset: number): number {
    if (kind < VALUE.aligned) return offset;
    const frame = this.#frames[kind - VALUE.aligned];
    return frame === undefined ? offset : frame.from - (frame.size - 1) + offset;
  }

  /** The highest place that an address can have. */
  highest(kind: number, offset: number): number {
    if (kind < VALUE.aligned) return offset;
    const frame = this.#frames[kind - VALUE.aligned];
    return frame === undefined ? offset : frame.from + offset;
  }
}
