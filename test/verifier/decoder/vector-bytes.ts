/** Bytes of VEX and EVEX prefixes that most instructions can have. */
import type { Random } from '../../support/random.js';

/** W, vvvv, L and pp: the register that vvvv names is mostly none, which is all ones; the others are anything. */
export function sourceByte(random: Random): number {
  return random.below(2) === 0 ? random.below(256) : random.below(256) | 0x78;
}

/** The last byte of EVEX: mostly no mask and no broadcast. */
export function maskByte(random: Random): number {
  return random.below(2) === 0 ? random.below(256) : (random.below(4) << 5) | 8;
}
