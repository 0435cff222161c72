/** Programs that use the C library, in a sandbox and natively: the output is the same, byte for byte. */
import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

const NATIVE = new Map<string, Ran>();
const FLAGS = ['-w', '-fno-exceptions', '-frounding-math'];

function build(compiler: string, source: string, output: string, flags: readonly string[]): string {
  const path = scratch.path(output);
  const words = [...FLAGS, ...flags, resolve('fixtures/guest', source), '-lm', '-o', path];
  scratch.must(compiler, words);
  return path;
}

/** The folder that a program may write to; it has to leave it empty. */
function workFolder(name: string): string {
  const folder = scratch.path(`${name}.d`);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** How the program ends natively; it is built once. */
function native(source: string): Ran {
  const known = NATIVE.get(source);
  if (known !== undefined) return known;
  const compiler = source.endsWith('.cpp') ? 'clang++-22' : 'clang-22';
  const program = build(compiler, source, `${source}.native`, ['-O1']);
  const ran = scratch.run(program, parameters(source));
  NATIVE.set(source, ran);
  return ran;
}

function parameters(source: string): readonly string[] {
  return source === 'files.c' ? [workFolder(source)] : [];
}

const SOURCES = [
  'formats.c',
  'numbers.c',
  'rounding.c',
  'jumps.c',
  'variadic.c',
  'heap.c',
  'files.c',
  'library.c',
  'sections.c',
  'objects.cpp',
];

describe.each(SOURCES)('%s', (source) => {
  test.each([
    ['-O0', 'data'],
    ['-O2', 'data'],
    ['-O0', 'code+data'],
    ['-O2', 'code+data'],
  ])('%s %s', (optimisation, isolation) => {
    const folder = workFolder(source);
    const wrapper = resolve(source.endsWith('.cpp') ? 'bin/tbx-c++' : 'bin/tbx-cc');
    const program = build(wrapper, source, `${source}${optimisation}.${isolation}`, [
      ...[optimisation, `-ftbx-isolate=${isolation}`, `-ftbx-dir-rw=${folder}::${folder}`],
    ]);
    const sandboxed = scratch.run(program, parameters(source));
    expect(sandboxed).toEqual(native(source));
    expect(sandboxed.stdout.length).toBeGreaterThan(20);
  });
});
