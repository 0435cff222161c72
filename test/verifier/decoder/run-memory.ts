/**
 * `make verifier-memory SEED=… N=…`: N members of each family of instructions, in rounds, and the code of all programs
 * that were built, whole and damaged.
 */
import { loadIced } from '../../../src/verify/image/iced.js';
import { Random } from '../../support/random.js';
import { readSeeded } from '../../support/seeded.js';
import { builtCode } from './built-code.js';
import { damaged } from './damaged.js';
import { FAMILIES } from './families.js';
import { MemoryCheck } from './memory.js';

/** Members that learn from each other. */
const TOGETHER = 100;
const MAX_SHOWN = 20;

async function main(words: readonly string[]): Promise<number> {
  const { seed, count } = readSeeded(words);
  const check = new MemoryCheck(await loadIced());
  let different = 0;
  const tell = (found: string | undefined): void => {
    if (found !== undefined && different++ < MAX_SHOWN) console.log(found);
  };
  for (let round = 0; round * TOGETHER < count; round++) {
    const random = new Random(seed + round);
    for (const family of FAMILIES) tell(check.check(family, random, TOGETHER));
  }
  for (const { name, code } of builtCode()) {
    const found = check.checkCode([code, ...damaged(code, seed), code]);
    tell(found && `${name}: ${found}`);
  }
  console.log(`${check.instructions} instructions, ${different} differences`);
  return different === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
