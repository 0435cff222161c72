/** Encodings of as many allowed instructions as can be found by rolling bytes of the right structure. */
import type { Random } from '../../support/random.js';
import { maskByte, sourceByte } from './vector-bytes.js';

const LENGTH = 15;

/** One candidate: bytes that may begin with an instruction. */
export function candidate(random: Random): Uint8Array {
  const bytes = Uint8Array.from({ length: LENGTH }, () => random.below(256));
  let at = 0;
  const put = (byte: number): void => {
    bytes[at++] = byte;
  };
  // A window operand needs both.
  if (random.below(2) === 0) {
    put(0x65);
    put(0x67);
  }
  switch (random.below(4)) {
    case 0:
    case 1:
      legacy(random, put);
      break;
    case 2:
      vex(random, put);
      break;
    default:
      evex(random, put);
  }
  return bytes;
}

function legacy(random: Random, put: (byte: number) => void): void {
  const prefix = random.pick([0, 0, 0, 0x66, 0xf2, 0xf3]);
  if (prefix !== 0) put(prefix);
  if (random.below(2) === 0) put(0x40 | random.below(16));
  const map = random.below(5);
  if (map > 0) put(0x0f);
  if (map === 3) put(0x38);
  if (map === 4) put(0x3a);
  put(random.below(256));
}

function vex(random: Random, put: (byte: number) => void): void {
  if (random.below(3) === 0) {
    put(0xc5);
    put(random.below(256));
  } else {
    put(0xc4);
    put((random.below(8) << 5) | (1 + random.below(3)));
    put(sourceByte(random));
  }
  put(random.below(256));
}

function evex(random: Random, put: (byte: number) => void): void {
  put(0x62);
  put((random.below(16) << 4) | random.pick([1, 2, 3, 1, 2, 3, 5, 6]));
  put(sourceByte(random) | 4);
  put(maskByte(random));
  put(random.below(256));
}
