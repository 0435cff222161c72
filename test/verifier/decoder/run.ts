/** `make verifier-decoder SEED=… N=…`: N samples of allowed instructions, and the code of all programs that were built. */
import { loadIced } from '../../../src/verify/image/iced.js';
import { readSeeded } from '../../support/seeded.js';
import { builtCode } from './built-code.js';
import { decode, difference, disassemble } from './compare.js';
import { rollSample } from './sample.js';
import { sizeDifference } from './sizes.js';

const ROLLS = 150_000;
const MAX_SHOWN = 20;

async function main(words: readonly string[]): Promise<number> {
  const { seed, count } = readSeeded(words);
  const iced = await loadIced();
  let instructions = 0;
  let different = 0;
  const check = (name: string, bytes: Uint8Array): void => {
    const code = decode(iced, bytes);
    const text = disassemble(bytes);
    const sizes = disassemble(bytes, 'intel');
    for (let at = 0; at < code.count; at++) {
      const line = sizes.get(code.address[at] ?? 0) ?? '';
      const found = difference(code, at, text) ?? sizeDifference(code, at, line);
      if (found === undefined) continue;
      if (different++ < MAX_SHOWN)
        console.log(`${name} 0x${(code.address[at] ?? 0).toString(16)}: ${found}`);
    }
    instructions += code.count;
  };
  for (let roll = seed; roll < seed + count; roll++) {
    check(`seed ${roll}`, rollSample(iced, roll, ROLLS, 3).bytes);
  }
  for (const { name, code } of builtCode()) check(name, code);
  console.log(`${instructions} instructions, ${different} differences`);
  return different === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
