import { mkdir, readFile, stat, writeFile, copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './process.js';
import { BUILD, ROOT } from './toolchain.js';

/** The folder of inputs: what programs read, made once, the same bytes on every machine. */
export const INPUTS = join(BUILD, 'programs/inputs');

/** Executables of a native build that make the inputs which are themselves outputs. */
export interface NativePrograms {
  readonly bzip2: string;
  readonly minigzip: string;
  readonly sqlite3: string;
}

/** A linear congruential stream; the high bits are the random ones. */
function* randomNumbers(seed: number): Generator<number, never> {
  for (let state = seed; ;) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    yield state >>> 8;
  }
}

const SYLLABLES =
  'ba be ca co da de en er ess ff ga ho il in ka la le ll lo ma me na ne no oo or pa re ri sa se ta te ti tt un ve wa za'.split(
    ' ',
  );

/** Text with the shape of prose: words of one to four syllables, sentences, lines below 80 characters. */
export function prose(bytes: number): string {
  const random = randomNumbers(7);
  const next = (n: number): number => random.next().value % n;
  let text = '';
  let line = '';
  while (text.length < bytes) {
    const syllables = 1 + Math.min(next(3), next(4));
    let word = '';
    // The product favours the first syllables, so that some words are common, as in any language.
    for (let i = 0; i < syllables; i++) {
      word += SYLLABLES[Math.floor((next(SYLLABLES.length) * next(100)) / 100)] ?? '';
    }
    word += next(9) === 0 ? '. ' : next(12) === 0 ? ', ' : ' ';
    if (line.length + word.length > 78) {
      text += `${line.trimEnd()}\n`;
      line = '';
    }
    line += word;
  }
  return text;
}

/** 20 MB that compresses about as well as a mixed folder: prose, runs, counters and noise in blocks. */
function blob(): Buffer {
  const bytes = Buffer.alloc(20_000_000);
  const text = Buffer.from(prose(1_000_000), 'latin1');
  const random = randomNumbers(11);
  const next = (n: number): number => random.next().value % n;
  for (let at = 0; at < bytes.length;) {
    const length = Math.min(1000 + next(60_000), bytes.length - at);
    const block = bytes.subarray(at, at + length);
    switch (next(4)) {
      case 0:
        block.fill(next(256));
        break;
      case 1:
        for (let i = 0; i < length; i++) block[i] = next(256);
        break;
      case 2:
        for (let i = 0; i < length; i++) block[i] = (i >> (i & 3 ? 0 : 5)) & 0xff;
        break;
      default:
        text.copy(block, 0, next(text.length - length));
    }
    at += length;
  }
  return bytes;
}

/** Makes the files that need no program to make them. */
export async function makePlainInputs(): Promise<void> {
  await mkdir(INPUTS, { recursive: true });
  for (const script of [
    'lua/demo.lua',
    'lua/language.lua',
    'mawk/language.awk',
    'sqlite/session.sql',
  ]) {
    await copyFile(join(ROOT, 'programs', script), join(INPUTS, script.replace(/.*\//, '')));
  }
  await once('prose.txt', () => Promise.resolve(Buffer.from(prose(300_000), 'latin1')));
}

/** Makes every input; the compressed ones and the database come from native programs. */
export async function makeInputs(native: NativePrograms): Promise<void> {
  await makePlainInputs();
  await once('blob-20m', () => Promise.resolve(blob()));
  await once('blob-20m.bz2', () => output(native.bzip2, ['-9', '-c', input('blob-20m')]));
  await once('damaged.bz2', async () => damaged(await readFile(input('blob-20m.bz2'))));
  await once('prose.txt.gz', () => output(native.minigzip, ['-9'], input('prose.txt')));
  await once('session.db', async () => {
    const path = join(INPUTS, 'session.db');
    await output(native.sqlite3, [path], input('session.sql'));
    return readFile(path);
  });
}

function input(name: string): string {
  return join(INPUTS, name);
}

async function once(name: string, make: () => Promise<Buffer>): Promise<void> {
  const path = input(name);
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (!exists) await writeFile(path, await make());
}

async function output(program: string, words: readonly string[], stdin?: string): Promise<Buffer> {
  const outcome = await run({
    program,
    arguments: words,
    ...(stdin === undefined ? {} : { input: stdin }),
  });
  return outcome.stdout;
}

/** The first 100,000 bytes with one bit turned over: the check sum of a block must catch it. */
function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes.subarray(0, 100_000));
  copy[50_000] = (copy[50_000] ?? 0) ^ 0x10;
  return copy;
}
