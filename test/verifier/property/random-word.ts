import type { Random } from '../../support/random.js';

/** What a register may hold: any 64 bits, those of 32, and what is near the bounds that the random functions test. */
export function randomWord(random: Random): bigint {
  const [high, low] = [BigInt(random.below(2 ** 32)), BigInt(random.below(2 ** 32))];
  return random.pick([
    (high << 32n) | low,
    low,
    BigInt(random.below(24)),
    BigInt.asUintN(64, BigInt(random.below(24)) - 12n),
    (high << 32n) | BigInt(random.below(24)),
    (low << 8n) | BigInt(random.below(24)),
  ]);
}
