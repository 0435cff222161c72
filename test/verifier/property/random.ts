/** Numbers from a seed (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 to `limit - 1`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  pick<T>(from: readonly T[]): T {
    const found = from[this.below(from.length)];
    if (found === undefined) throw new Error('nothing to pick from');
    return found;
  }

  word(): bigint {
    const [high, low] = [BigInt(this.below(2 ** 32)), BigInt(this.below(2 ** 32))];
    return this.pick([
      (high << 32n) | low,
      low,
      BigInt(this.below(24)),
      BigInt.asUintN(64, BigInt(this.below(24)) - 12n),
      (high << 32n) | BigInt(this.below(24)),
      (low << 8n) | BigInt(this.below(24)),
    ]);
  }
}
