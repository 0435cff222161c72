import { join } from 'node:path';
import { must, run } from '../../programs/process.js';
import { BUILD, ROOT } from '../../programs/toolchain.js';
import { scratchFolder } from './scratch.js';

/** examples/library: a host calls functions of a library that tbx-cc compiled, and outlives its bug. */
let scratch = '';

async function build(program: string, ...words: readonly string[]): Promise<void> {
  await must({ program, arguments: words });
}

beforeAll(async () => {
  scratch = await scratchFolder('library');
  const archive = join(BUILD, 'host', 'libtmebox.a');
  const options = ['-Wall', '-Wextra', '-Werror', '-I', join(ROOT, 'runtime', 'host')];
  const host = join(ROOT, 'examples', 'library', 'host.c');
  await build('clang-22', '-std=c17', ...options, host, archive, '-o', join(scratch, 'host'));
  const tainted = join(ROOT, 'test', 'e2e', 'tainted.cpp');
  const output = join(scratch, 'tainted');
  await build('clang++-22', '-std=c++17', ...options, tainted, archive, '-o', output);
  for (const [isolation, image] of [
    ['code+data', 'library.tbx'],
    ['data', 'data.tbx'],
  ] as const) {
    const library = join(ROOT, 'examples', 'library', 'library.c');
    const words = [`-ftbx-isolate=${isolation}`, '-O2', '-ftbx-library', library];
    await build(join(ROOT, 'bin', 'tbx-cc'), ...words, '-o', join(scratch, image));
  }
});

/** What a host of the library prints. */
async function linesOf(host: string, image = 'library.tbx'): Promise<readonly string[]> {
  const library = join(scratch, image);
  const { status, stdout } = await run({ program: join(scratch, host), arguments: [library] });
  expect(status).toBe(0);
  return stdout.toString('latin1').trimEnd().split('\n');
}

const USE = ['HELLO THERE', '1 3 4 5 9', '2.5', '44'];

test('functions of a library are called, and its bug ends it alone', async () => {
  const lines = await linesOf('host');
  expect(lines.slice(0, 4)).toEqual(USE);
  expect(lines[4]).toMatch(
    /^store: sandbox KeyID \d+: write to unmapped offset 0x0 .*\(store\+0x0\)$/,
  );
  expect(lines[5]).toMatch(/^ask: .*the sandbox has ended: reset it$/);
  expect(lines.slice(6)).toEqual(USE);
});

test('the same in isolation data, of which all code is reached from its exports', async () => {
  expect((await linesOf('host', 'data.tbx')).slice(0, 4)).toEqual(USE);
});

test('results are tainted in C++ until they are checked', async () => {
  expect(await linesOf('tainted')).toEqual([
    ...['11', 'H', '2.5', 'not a small number', 'null', '44'],
    'the library exports no nowhere',
  ]);
});
