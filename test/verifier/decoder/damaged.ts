import { Random } from '../../support/random.js';

/** The code with some bytes changed, in pieces: what is no instruction any more ends the reading soon. */
export function damaged(bytes: Uint8Array, seed: number): readonly Uint8Array[] {
  const random = new Random(seed);
  const pieces: Uint8Array[] = [];
  for (let from = 0; from < bytes.length; from += 300) {
    const piece = bytes.slice(from, from + 300);
    for (let count = 0; count < 30; count++) {
      piece[random.below(piece.length)] = random.below(256);
    }
    pieces.push(piece);
  }
  return pieces;
}
