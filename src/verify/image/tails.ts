/** What stands behind the bytes that make an encoding: the displacement and the immediate of each instruction. */
import { IMMEDIATE } from './code-shapes.js';
import type { Segment } from './elf.js';
import { type Encodings, PLACED } from './encodings.js';
import { isInReadOnly } from './operands.js';

export class Tails {
  readonly #encodings: Encodings;
  readonly #view: DataView;
  readonly #start: number;
  readonly #readOnly: Segment;
  /** What {@link Tails.read} found. */
  displacement = 0;
  immediate = 0;

  /** @param start address of the first of these bytes */
  constructor(encodings: Encodings, bytes: Uint8Array, start: number, readOnly: Segment) {
    this.#encodings = encodings;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#start = start;
    this.#readOnly = readOnly;
  }

  /**
   * Reads the instruction at `offset`, which begins as this encoding does. False where the decoder has to judge: it is
   * cut off, or its displacement leads where others of the encoding do not.
   */
  read(encoding: number, offset: number): boolean {
    const encodings = this.#encodings;
    const view = this.#view;
    const end = offset + (encodings.length[encoding] ?? 0);
    if (end > view.byteLength) return false;
    const immediate = encodings.immediate[encoding] ?? IMMEDIATE.none;
    const hasImmediate = immediate !== IMMEDIATE.none;
    this.immediate = hasImmediate ? readImmediate(view, end, immediate) : 0;
    const size = encodings.displacementSize[encoding];
    if (size === 0) this.displacement = encodings.displacement[encoding] ?? 0;
    else {
      const behind = hasImmediate ? end - sizeOfImmediate(immediate) : end;
      const distance = size === 1 ? view.getInt8(behind - 1) : view.getInt32(behind - 4, true);
      const isRelative = encodings.isRelative[encoding] === 1;
      this.displacement = isRelative ? (this.#start + end + distance) | 0 : distance;
    }
    return encodings.placed[encoding] === PLACED.anywhere || this.#isInPlace(encoding);
  }

  #isInPlace(encoding: number): boolean {
    switch (this.#encodings.placed[encoding]) {
      case PLACED.lowHalf:
        return this.displacement >= 0;
      case PLACED.readOnly:
        return isInReadOnly(
          this.#readOnly,
          this.displacement,
          this.#encodings.size[encoding] ?? 255,
        );
      default:
        return true;
    }
  }
}

/** The immediate of an instruction that ends at `end`, cut to 32 bits. */
export function readImmediate(view: DataView, end: number, kind: number): number {
  switch (kind) {
    case IMMEDIATE.byte:
      return view.getUint8(end - 1);
    case IMMEDIATE.signedByte:
      return view.getInt8(end - 1);
    case IMMEDIATE.word:
      return view.getUint16(end - 2, true);
    case IMMEDIATE.signed32:
      return view.getInt32(end - 4, true);
    case IMMEDIATE.signed64:
      return view.getInt32(end - 8, true);
    default:
      return 0;
  }
}

const IMMEDIATE_SIZES = [0, 1, 1, 2, 4, 8];

/** Bytes that an immediate has. */
export function sizeOfImmediate(kind: number): number {
  return IMMEDIATE_SIZES[kind] ?? 0;
}
