import { join } from 'node:path';
import { run } from '../../programs/process.js';
import { BUILD, ROOT } from '../../programs/toolchain.js';
import { scratchFolder } from './scratch.js';

/** examples/library: a host calls functions of a library that tbx-cc compiled, and outlives its bug. */
let scratch = '';

async function build(program: string, ...words: readonly string[]): Promise<void> {
  const { status, stderr } = await run({ program, arguments: words });
  if (status !== 0) throw new Error(stderr.toString('latin1'));
}

beforeAll(async () => {
  scratch = await scratchFolder('library');
  const archive = join(BUILD, 'host', 'libtmebox.a');
  const options = ['-std=c17', '-Wall', '-Werror', '-I', join(ROOT, 'runtime', 'host')];
  const source = join(ROOT, 'examples', 'library', 'host.c');
  await build('clang-22', ...options, source, archive, '-o', join(scratch, 'host'));
});

const USE = ['HELLO THERE', '1 3 4 5 9', '2.5', '44'];

test('functions of a library are called, and its bug ends it alone', async () => {
  const library = join(scratch, 'library.tbx');
  const source = join(ROOT, 'examples', 'library', 'library.c');
  const options = ['-O2', '-ftbx-library'];
  await build(join(ROOT, 'bin', 'tbx-cc'), ...options, source, '-o', library);
  const { status, stdout } = await run({ program: join(scratch, 'host'), arguments: [library] });
  const lines = stdout.toString('latin1').trimEnd().split('\n');
  expect(lines.slice(0, 4)).toEqual(USE);
  expect(lines[4]).toMatch(
    /^store: sandbox KeyID \d+: write to unmapped offset 0x0 .*\(store\+0x0\)$/,
  );
  expect(lines[5]).toMatch(/^ask: .*the sandbox has ended: reset it$/);
  expect(lines.slice(6)).toEqual(USE);
  expect(status).toBe(0);
});
