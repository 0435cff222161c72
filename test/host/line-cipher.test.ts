/** The cipher of the emulated backend, by the CPU's instructions, against OpenSSL's, which is Node's. */
import { spawnSync } from 'node:child_process';
import {
  type Cipher,
  createCipheriv,
  createDecipheriv,
  createHash,
  type Decipher,
} from 'node:crypto';
import { join } from 'node:path';
import { BUILD, build } from './build.js';

const LINE = 64;
const LINES = 64;
const PROGRAM = join(BUILD, 'test', 'line_cipher_dump');

build(PROGRAM);

/** What the program encrypts: bytes that repeat in no line. */
const page = Buffer.from(Array.from({ length: LINES * LINE }, (_, i) => i * 13 + (i >> 8)));

/** Each cache line is a unit of XTS, with its number as tweak. */
function byOpenSsl(first: bigint, make: (tweak: Buffer) => Cipher | Decipher): string {
  const lines = Array.from({ length: LINES }, (_, i) => {
    const tweak = Buffer.alloc(16);
    tweak.writeBigUInt64LE(first + BigInt(i));
    const cipher = make(tweak);
    return Buffer.concat([cipher.update(page.subarray(i * LINE, (i + 1) * LINE)), cipher.final()]);
  });
  return Buffer.concat(lines).toString('hex');
}

const cases = [0n, 1n, 0x3c00000n, 0x1ffffffffffn].map((first, i): [bigint, Buffer] => [
  first,
  createHash('sha256')
    .update(`key ${String(i)}`)
    .digest(),
]);

function runCipher(key: Buffer, first: bigint): readonly string[] {
  const words = [key.toString('hex'), String(first)];
  const { stdout } = spawnSync(PROGRAM, words, { encoding: 'latin1' });
  return stdout.trimEnd().split('\n');
}

const [said] = runCipher(page.subarray(0, 32), 0n);
const cannot = said?.startsWith('skipped') === true;
if (cannot) console.warn(`the line cipher is skipped: ${said}`);

(cannot ? test.skip : test).each(cases)('a page from line %d on', (first, key) => {
  expect(runCipher(key, first)).toEqual([
    byOpenSsl(first, (tweak) => createCipheriv('aes-128-xts', key, tweak)),
    byOpenSsl(first, (tweak) => createDecipheriv('aes-128-xts', key, tweak)),
  ]);
});
