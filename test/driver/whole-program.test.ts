/** Whole-program mode, `-flto`, with the real tools. */

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { blocks } from '../cli/markdown.js';
import { type Ran, Scratch, withCommands } from '../support/scratch.js';

/** Calls by pointer over units and from libc, a function that only a table knows, and data of another unit. */
const MAIN = `#include <stdio.h>
#include <stdlib.h>
int twice(int);
extern int (*table[])(int);
extern int size;
int compare(const void *, const void *);
int main(int argc, char **argv) {
  int v[] = {3, 1, 2};
  qsort(v, 3, sizeof *v, compare);
  printf("%d %d %d%d%d %d\\n", twice(21), table[argc](5), v[0], v[1], v[2], size);
  return 0;
}
`;
const OTHER = `int size = 7;
int twice(int x) { return 2 * x; }
static int inc(int x) { return x + 1; }
int (*table[])(int) = {twice, inc};
int compare(const void *a, const void *b) { return *(const int *)a - *(const int *)b; }
int never_called(int x) { return x * 77; }
`;
const EXPECTED = '42 6 123 7\n';

const scratch = new Scratch();
beforeAll(() => {
  scratch.file('main.c', MAIN);
  scratch.file('other.c', OTHER);
});
afterAll(() => {
  scratch.remove();
});

function run(program: string, line: string): Ran {
  return scratch.run(program, line === '' ? [] : line.split(' '));
}

const cc = (line: string): Ran => run(resolve('bin/tbx-cc'), line);
const SILENT = { status: 0, stdout: '', stderr: '' };

function mustCompile(line: string): void {
  expect(cc(line)).toEqual(SILENT);
}

/** The names of the symbols of a file. */
function symbols(file: string): readonly string[] {
  const { status, stdout } = run('llvm-nm-22', `--just-symbol-name ${file}`);
  expect(status).toBe(0);
  return stdout.trim().split('\n');
}

test.each([
  ['-O0 -g', 'code+data'],
  ['-O2', 'data'],
])('%s, %s: bitcode is linked as one module, proven, and runs', (level, isolate) => {
  const flags = `${level} -flto -ftbx-isolate=${isolate}`;
  mustCompile(`${flags} -c main.c -o main.o`);
  mustCompile(`${flags} -c other.c -o other.o`);
  expect(readFileSync(scratch.path('main.o')).toString('latin1', 0, 2)).toBe('BC');
  mustCompile(`${flags} main.o other.o -o program`);
  expect(run('./program', '')).toEqual({ ...SILENT, stdout: EXPECTED });
});

describe('objects', () => {
  beforeAll(() => {
    for (const name of ['main', 'other']) {
      mustCompile(`-O2 -flto -c ${name}.c -o ${name}.lto.o`);
      mustCompile(`-O2 -c ${name}.c -o ${name}.o`);
    }
    expect(run('llvm-ar-22', 'rcs libother.a other.lto.o')).toEqual(SILENT);
    expect(run('llvm-ar-22', 'rcs libmixed.a other.lto.o main.o')).toEqual(SILENT);
  });

  test.each(['main.lto.o other.o', 'main.o -L. -lother', 'libmixed.a'])(
    '%s: bitcode and instrumented objects, archives of them',
    (inputs) => {
      mustCompile(`${inputs} -o program`);
      expect(run('./program', '')).toEqual({ ...SILENT, stdout: EXPECTED });
    },
  );

  test('what does not escape is internal: no names, no entries of the call table', () => {
    mustCompile('-O2 -ftbx-image main.o other.o -o plain.image');
    mustCompile('-O2 -flto -ftbx-image main.lto.o other.lto.o -o whole.image');
    const plain = symbols('plain.image');
    const whole = symbols('whole.image');
    expect(plain).toEqual(expect.arrayContaining(['size', '__tbx_ic.twice', '__tbx_ic.compare']));
    expect(whole.filter((name) => name === 'size' || name === 'never_called')).toEqual([]);
    expect(whole).toContain('__tbx_ic.main');
  });

  test('the same objects give the same image', () => {
    mustCompile('main.lto.o other.lto.o -ftbx-image -o one.image');
    mustCompile('main.lto.o other.lto.o -ftbx-image -o two.image');
    const [one, two] = ['one.image', 'two.image'].map((name) => readFileSync(scratch.path(name)));
    expect(one?.equals(two ?? Buffer.alloc(0))).toBe(true);
  });

  test('-r would generate code of its own', () => {
    const { status, stderr } = cc('-r main.lto.o other.lto.o -o both.o');
    expect(status).toBe(1);
    expect(stderr).toContain('[TBX0707]');
    expect(readdirSync(scratch.folder)).not.toContain('both.o');
  });

  test("objects for GCC's link-time optimisation are refused by that name", () => {
    expect(run('gcc', '-O2 -flto -c other.c -o gcc.o')).toEqual(SILENT);
    const { status, stderr } = cc('main.lto.o gcc.o -o program');
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: gcc\.o: this object is for GCC's .* \[TBX0701\]\n$/);
  });

  test('bitcode of another clang is instrumented like ours; that for another machine is refused', () => {
    expect(run('clang-19', '-O2 -flto -fno-pic -c other.c -o foreign.o').status).toBe(0);
    expect(cc('main.lto.o foreign.o -o program').status).toBe(0);
    expect(run('./program', '')).toEqual({ ...SILENT, stdout: EXPECTED });
    const arm = '--target=aarch64-linux-gnu -O2 -flto -c other.c -o arm.o';
    expect(run('clang-22', arm).status).toBe(0);
    const { status, stderr } = cc('main.lto.o arm.o -o program2');
    expect(status).toBe(1);
    expect(stderr).toContain('arm.o is incompatible');
    expect(readdirSync(scratch.folder)).not.toContain('program2');
  });

  test('instrumented bitcode is not instrumented again', () => {
    mustCompile('-O2 -emit-llvm -c other.c -o instrumented.o');
    const { status, stderr } = cc('main.lto.o instrumented.o -o program3');
    expect(status).toBe(1);
    expect(stderr).toContain('is this module instrumented already? [TBX0319]');
  });
});

test('what is refused is shown at its place in the source, when the program is linked', () => {
  scratch.file('asm.c', OTHER.replace('return 2', '__asm__ volatile("cli"); return 2'));
  mustCompile('-O2 -g -flto -c asm.c -o asm.o');
  const { status, stderr } = cc('-O2 -flto asm.o main.c -o program4');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^asm\.c:2:20: error: .*\[TBX0301\]/m);
});

test('the steps that docs/whole-program.md shows', () => {
  const steps = blocks('docs/whole-program.md', 'sh');
  expect(steps).toHaveLength(2);
  const environment = withCommands();
  const { status, stderr } = scratch.run('sh', ['-euc', steps.join('')], { environment });
  expect(status).toBe(0);
  expect(stderr).toContain(' --lto-emit-llvm ');
  expect(run('./program', '')).toEqual({ ...SILENT, stdout: EXPECTED });
});

test('a name that native code asks for is no option of the linker', () => {
  scratch.file('words', 'x --reproduce=chosen.tar');
  scratch.file('names.c', 'void f(void) __asm__("@words");\nvoid *g(void) { return (void *)f; }\n');
  scratch.file('asks.c', 'void *g(void);\nint main(void) { return g() != 0; }\n');
  mustCompile('-flto -O1 -c asks.c');
  mustCompile('-O1 -c names.c');
  expect(cc('-flto asks.o names.o -o asks').stderr).toContain('undefined symbol: __tbx_ic.@words');
  expect(readdirSync(scratch.folder)).not.toContain('chosen.tar');
});
