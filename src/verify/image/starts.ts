/**
 * Which instruction starts at a byte. Branches ask that in no order, and code has millions of bytes: a bit for each stays
 * in the processor's cache, where a number for each does not.
 */

/** The word of bits for a byte, and the bit in it. */
const WORD_SHIFT = 5;
const BIT_MASK = 31;

export class InstructionStarts {
  readonly #size: number;
  /** A bit for each byte. */
  readonly #bits: Int32Array;
  /** Of the first instruction that starts in each word of bits that is not 0. */
  readonly #first: Int32Array;

  /** @param size bytes of code */
  constructor(size: number) {
    this.#size = size;
    this.#bits = new Int32Array((size >>> WORD_SHIFT) + 1);
    this.#first = new Int32Array(this.#bits.length);
  }

  /** Instruction `number` starts at `offset`. They have to come in the order of both, and no number be left out. */
  add(number: number, offset: number): void {
    const word = offset >>> WORD_SHIFT;
    const bits = this.#bits[word] ?? 0;
    if (bits === 0) this.#first[word] = number;
    this.#bits[word] = bits | (1 << (offset & BIT_MASK));
  }

  /** Number of the instruction that starts at `offset`, whatever that is, or -1. */
  at(offset: number): number {
    if (!(offset >= 0 && offset < this.#size)) return -1;
    const word = offset >>> WORD_SHIFT;
    const bits = this.#bits[word] ?? 0;
    const bit = 1 << (offset & BIT_MASK);
    if ((bits & bit) === 0) return -1;
    return (this.#first[word] ?? 0) + countBits(bits & (bit - 1));
  }
}

/** How many bits of a 32-bit number are 1. */
function countBits(bits: number): number {
  const pairs = bits - ((bits >>> 1) & 0x55555555);
  const nibbles = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((nibbles + (nibbles >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
