/** The page that secret.c writes from `seed`: words of a 64-bit xorshift generator. */
export function secretPattern(seed: bigint): Buffer {
  const page = Buffer.alloc(4096);
  let word = seed;
  for (let at = 0; at < page.length; at += 8) {
    page.writeBigUInt64LE(word, at);
    word ^= BigInt.asUintN(64, word << 13n);
    word ^= word >> 7n;
    word ^= BigInt.asUintN(64, word << 17n);
  }
  return page;
}
