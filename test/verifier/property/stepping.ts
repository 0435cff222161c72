/** Runs functions of an image one instruction at a time, and says what the processor had in front of each. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import type { Random } from '../../support/random.js';
import { REGISTERS } from './comparison.js';
import { randomWord } from './random-word.js';

const MAX_STEPS = 400;

/** Where the functions of these names begin. */
export function entriesOf(
  bytes: Uint8Array,
  names: readonly string[],
): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  const symbols = readSymbols(bytes, (name) => names.includes(name));
  for (let address = 0x1000_0000; address < 0x1000_0000 + bytes.length; address++) {
    const hit = symbols.at(address);
    if (hit?.offset === 0) entries.set(hit.name, address);
  }
  return entries;
}

/** A run of a function with any values in its registers. */
export function request(entry: number, random: Random, steps = MAX_STEPS): Buffer {
  const words = new BigUint64Array(2 + REGISTERS);
  words[0] = BigInt(steps);
  words[1] = BigInt(entry);
  for (let register = 0; register < REGISTERS; register++) words[2 + register] = randomWord(random);
  return Buffer.from(words.buffer);
}

/** The steps of the runs that are asked for. */
export function step(stepper: string, image: ImageFile, input: Buffer): BigUint64Array {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-steps-'));
  try {
    const parts = join(folder, 'parts');
    writeFileSync(
      parts,
      Buffer.concat(
        [image.code, image.readOnly].flatMap(({ start, bytes }) => {
          const head = Buffer.from(
            new BigUint64Array([BigInt(start), BigInt(bytes.length)]).buffer,
          );
          return [head, Buffer.from(bytes)];
        }),
      ),
    );
    const { status, stdout, stderr } = spawnSync(stepper, [parts], {
      input,
      maxBuffer: 2 ** 31 - 1,
    });
    if (status !== 0) throw new Error(`stepper: ${status ?? 'killed'} ${stderr.toString()}`);
    return new BigUint64Array(stdout.buffer, stdout.byteOffset, stdout.length / 8);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
