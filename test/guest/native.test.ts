/** The memory, string and compiler routines compiled as they are, against those of the system. */
import { join, resolve } from 'node:path';
import { Scratch } from '../support/scratch.js';

const GUEST = resolve('runtime/guest');
const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

/** Compiles a file of the guest library with all its functions renamed to tbx_NAME. */
function renamedObject(source: string, flags: readonly string[]): string {
  const object = scratch.path(`${source}.o`);
  const words = ['-O2', '-std=c17', '-Wall', '-Wextra', '-Werror', '-fno-builtin', ...flags];
  scratch.must('clang-22', [...words, '-c', join(GUEST, source), '-o', object]);
  const symbols = scratch.must('llvm-nm-22', ['--defined-only', '--format=just-symbols', object]);
  const renamed = symbols
    .trim()
    .split('\n')
    .map((name) => `${name} tbx_${name}\n`);
  const list = scratch.file(`${source}.rename`, renamed.join(''));
  scratch.must('llvm-objcopy-22', [`--redefine-syms=${list}`, object]);
  return object;
}

test.each([
  ['memory_test.c', ['memory.c']],
  ['string_test.c', ['string.c']],
  ['half_test.c', ['builtins_half.c']],
  ['builtins_test.c', ['builtins_integer.c', 'builtins_float.c', 'builtins_complex.c']],
])('%s', (driver, sources) => {
  const objects = sources.map((source) => renamedObject(source, ['-fPIE']));
  // The builtins call each other by their own names, which are renamed as well.
  const program = scratch.path(driver.replace('.c', ''));
  const path = resolve('test/guest/native', driver);
  const warnings = ['-Wall', '-Wextra', '-Werror'];
  scratch.must('clang-22', ['-O1', ...warnings, path, ...objects, '-lm', '-o', program]);
  expect(scratch.run(program, [])).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('no routine calls itself under another name: what is undefined is known', () => {
  const known = new Set(['logb', 'logbf', 'logbl', 'scalbn', 'scalbnf', 'scalbnl', 'memcpy']);
  for (const source of ['memory.c', 'string.c', 'builtins_integer.c', 'builtins_complex.c']) {
    const object = renamedObject(source, ['-fPIE']);
    const undefinedNames = scratch.must('llvm-nm-22', ['-u', '--format=just-symbols', object]);
    expect(undefinedNames.split('\n').filter((name) => name !== '' && !known.has(name))).toEqual(
      [],
    );
  }
});
