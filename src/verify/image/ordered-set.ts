/**
 * A set of numbers below a limit that finds the next larger one in a few steps, however far that is: a pass over the
 * news of an image must not cost more than there is news.
 */
const WORD_SHIFT = 5;
const BIT_MASK = 31;

export class OrderedSet {
  /** A bit for each number; on each further level a bit for each word of the one below that is not 0. */
  readonly #levels: readonly Int32Array[];

  /** @param limit above all numbers */
  constructor(limit: number) {
    const levels: Int32Array[] = [];
    let words = limit;
    do {
      words = (words >>> WORD_SHIFT) + 1;
      levels.push(new Int32Array(words));
    } while (words > 1);
    this.#levels = levels;
  }

  has(number: number): boolean {
    const word = this.#levels[0]?.[number >>> WORD_SHIFT] ?? 0;
    return ((word >>> (number & BIT_MASK)) & 1) === 1;
  }

  add(number: number): void {
    let rest = number;
    for (const level of this.#levels) {
      const word = rest >>> WORD_SHIFT;
      const bits = level[word] ?? 0;
      level[word] = bits | (1 << (rest & BIT_MASK));
      if (bits !== 0) return;
      rest = word;
    }
  }

  delete(number: number): void {
    let rest = number;
    for (const level of this.#levels) {
      const word = rest >>> WORD_SHIFT;
      const bits = (level[word] ?? 0) & ~(1 << (rest & BIT_MASK));
      level[word] = bits;
      if (bits !== 0) return;
      rest = word;
    }
  }

  /** The smallest member that is not below `from`, or -1. */
  next(from: number): number {
    const levels = this.#levels;
    let at = from;
    for (let height = 0; height < levels.length; height++) {
      const word = at >>> WORD_SHIFT;
      const bits = (levels[height]?.[word] ?? 0) & (-1 << (at & BIT_MASK));
      if (bits !== 0) return this.#descend(height, (word << WORD_SHIFT) + lowestBit(bits));
      at = word + 1;
    }
    return -1;
  }

  /** The smallest member below one of a level. */
  #descend(height: number, member: number): number {
    let at = member;
    for (let below = height - 1; below >= 0; below--) {
      at = (at << WORD_SHIFT) + lowestBit(this.#levels[below]?.[at] ?? 0);
    }
    return at;
  }
}

function lowestBit(bits: number): number {
  return BIT_MASK - Math.clz32(bits & -bits);
}
