/**
 * Programs that the wrapper links: `bin/tbx-cc`, the bundle, the real clang, the real sysroot. `make` builds them.
 */

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch } from '../support/scratch.js';
import { call, cc, files, HELLO, mustCompile, path, write } from './wrapper.js';

describe('programs', () => {
  test.each(['22', '19'])('compile and link at once with clang %s, and run', (version) => {
    write('hello.c', HELLO);
    mustCompile(`-ftbx-clang=${version}`, '-O2', 'hello.c', '-o', 'hello');
    expect(files()).toEqual(['hello', 'hello.c']);
    const program = call('./hello', ['you']);
    expect(program).toEqual({ status: 7, stdout: 'hello, you\n', stderr: '' });
  });

  test.each(['data', 'code+data'])(
    'objects, archives and libraries of isolation %s',
    (isolation) => {
      write(
        'main.c',
        'int twice(int); double half(double);\nint main(void) { return twice(20) + (int)half(4); }\n',
      );
      write('twice.c', 'int twice(int x) { return 2 * x; }\n');
      write('half.c', '#include <math.h>\ndouble half(double x) { return sqrt(x); }\n');
      mustCompile(`-ftbx-isolate=${isolation}`, '-c', 'main.c', 'twice.c', 'half.c');
      for (const name of ['twice', 'half']) {
        expect(call('llvm-ar-22', ['rcs', `lib${name}.a`, `${name}.o`]).status).toBe(0);
      }
      mustCompile(
        'main.o',
        'libtwice.a',
        '-L.',
        '-lhalf',
        '-lm',
        '-lpthread',
        '-ldl',
        '-o',
        'main',
      );
      expect(call('./main', []).status).toBe(42);
    },
  );

  test('the name without -o is a.out; a bare image runs in the runner', () => {
    write('hello.c', HELLO);
    mustCompile('hello.c');
    expect(call('./a.out', []).status).toBe(7);
    mustCompile('hello.c', '-ftbx-image', '-o', 'hello.image');
    const run = call(resolve('bin/tme-box'), ['run', 'hello.image', 'image']);
    expect(run).toEqual({ status: 7, stdout: 'hello, image\n', stderr: '' });
  });

  test('an object of another compiler is refused by name, also in an archive', () => {
    write('main.c', 'int f(void); int main(void) { return f(); }\n');
    write('f.c', 'int f(void) { return 1; }\n');
    mustCompile('-c', 'main.c');
    expect(call('clang-22', ['-c', 'f.c']).status).toBe(0);
    const plain = cc(['main.o', 'f.o', '-o', 'main']);
    expect(plain.status).toBe(1);
    expect(plain.stderr).toBe(
      'error: f.o: this object is not instrumented; compile it with tbx-cc [TBX0701]\n',
    );
    expect(call('llvm-ar-22', ['rcs', 'libf.a', 'f.o']).status).toBe(0);
    expect(cc(['main.o', 'libf.a', '-o', 'main']).stderr).toContain('error: libf.a(f.o): ');
    expect(existsSync(path('main'))).toBe(false);
  });

  test('what autoconf asks first: a probe that writes to its folder', () => {
    write(
      'conftest.c',
      `#include <stdio.h>
int main(void) {
  FILE *f = fopen("conftest.out", "w");
  if (!f) return 1;
  return ferror(f) || fclose(f) != 0;
}
`,
    );
    mustCompile('-o', 'conftest', 'conftest.c');
    expect(call('./conftest', []).status).toBe(0);
    expect(files()).toContain('conftest.out');
    mustCompile('-o', 'other', 'conftest.c');
    expect(call('./other', []).status).toBe(1);
  });

  test('links what is proven, and nothing else', () => {
    write('hello.c', HELLO);
    expect(cc(['-O2', 'hello.c', '-o', 'hello'])).toEqual({ status: 0, stdout: '', stderr: '' });
    expect(call('./hello', []).status).toBe(7);
    // A store outside of the window, in assembly that the user vouched for.
    write('store.s', '\t.text\n\t.globl\tstore\nstore:\n\tmovl\t$1, (%rdi)\n\tretq\n');
    write('main.c', 'void store(int *); int main(void) { int i; store(&i); return 0; }\n');
    const line = ['-g', '-ftbx-asm=allow', 'main.c', 'store.s', '-o', 'main'];
    const refused = cc(line);
    expect(refused.status).toBe(3);
    expect(refused.stderr).toMatch(
      /^main:0x\w+ <store\+0x0>: error: .*\[TBV0005\]\n {4}movl \$1,\(%rdi\)\n {4}at store\.s:4$/m,
    );
    expect(refused.stderr).toContain('[TBX0811]');
    expect(existsSync(path('main'))).toBe(false);
    const unverified = cc([...line, '-fno-tbx-verify']);
    expect(unverified.status).toBe(0);
    expect(unverified.stderr).toContain('warning: main is not verified');
    expect(call('./main', [])).toMatchObject({ status: 125, stdout: '' });
    expect(call('./main', []).stderr).toContain('TBX_ACCEPT_UNVERIFIED=1');
  });

  test('proves data images whose function pointers are pushed as arguments', () => {
    write(
      'push.c',
      `__attribute__((noinline)) static int f(void) { return 7; }
__attribute__((noinline)) static int sum(int a, int b, int c, int d, int e, int g, int (*p)(void), int (*q)(void)) {
  return p() + q();
}
int main(void) { return sum(1, 2, 3, 4, 5, 6, f, f); }
`,
    );
    mustCompile('-O0', '-ftbx-isolate=data', 'push.c', '-o', 'push');
    expect(call('./push', []).status).toBe(14);
  });

  test('what was linked without proof is verified later; an edit afterwards is noticed', () => {
    write('hello.c', HELLO);
    expect(cc(['-O1', 'hello.c', '-o', 'hello', '-fno-tbx-verify']).status).toBe(0);
    const tmeBox = resolve('bin/tme-box');
    expect(call('./hello', []).status).toBe(125);
    expect(call(tmeBox, ['verify', '--stamp', 'hello']).stdout).toContain('verified, code+data');
    expect(call('./hello', []).status).toBe(7);
    const digest = call(tmeBox, ['verify', '--digest', 'hello']).stdout.trim();
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(call(tmeBox, ['run', `--digest=${digest}`, 'hello']).status).toBe(7);
    const program = readFileSync(path('hello'));
    program[program.indexOf('hello, ')] = 0x48;
    writeFileSync(path('hello'), program);
    const changed = call(tmeBox, ['run', 'hello']);
    expect(changed.status).toBe(125);
    expect(changed.stderr).toContain('the image was changed after it was verified');
  });

  test('grants that were linked in', () => {
    write(
      'cat.c',
      `#include <stdio.h>
#include <stdlib.h>
int main(void) {
  char line[80];
  FILE *f = fopen("/in/file", "r");
  if (!f || !fgets(line, sizeof line, f)) return 1;
  printf("%s %s\\n", line, getenv("NAME"));
  return 0;
}
`,
    );
    const granted = new Scratch();
    granted.file('file', 'contents');
    mustCompile('cat.c', '-o', 'cat', `-ftbx-dir=${granted.folder}::/in`, '-ftbx-env=NAME=a "b"');
    expect(call('./cat', [])).toEqual({ status: 0, stdout: 'contents a "b"\n', stderr: '' });
    mustCompile('cat.c', '-o', 'cat');
    expect(call('./cat', []).status).toBe(1);
    granted.remove();
  });

  test('a null dereference is contained', () => {
    write('null.c', 'int main(void) { *(volatile int *)0 = 1; return 0; }\n');
    mustCompile('null.c', '-O1', '-o', 'null');
    const { status, stderr } = call('./null', []);
    expect(status).toBe(126);
    expect(stderr).toMatch(/^tme-box: sandbox KeyID \d+: write to unmapped offset 0x0 .*main/);
  });

  test('an object does not choose what else is linked', () => {
    write('main.c', HELLO);
    write('chosen.ld', 'ASSERT(0, "read")\n');
    const section = '.section .deplibs,"MS",@llvm_dependent_libraries,1';
    write('names.s', `${section}\n.asciz "chosen.ld"\n`);
    mustCompile('-c', 'names.s', '-ftbx-asm=allow');
    mustCompile('main.c', 'names.o', '-o', 'main');
  });

  test('the linker itself compiles nothing, whatever it finds', () => {
    write('main.c', HELLO);
    write('a.c', '__asm__(".globl secret\\nsecret: .incbin \\"main.c\\"");\n');
    mustCompile('-c', 'main.c');
    const { stderr } = cc(['main.o', '-v', '-ftbx-image', '-o', 'main']);
    const step = stderr.split('\n').find((line) => /^ \S*ld\.lld/.test(line)) ?? '';
    expect(step).toContain(' main.o ');
    // As the driver calls it, with a file that the driver has not seen.
    const lines = `clang-22 --target=x86_64-linux-musl -flto -c a.c -o a.bc\n${step.replace(' main.o ', ' main.o a.bc ')} -o other`;
    const { status, stderr: said } = call('sh', ['-c', lines]);
    expect(said).toContain('the-linker-compiles-nothing');
    expect(status).not.toBe(0);
    expect(files()).not.toContain('other');
  });
});
