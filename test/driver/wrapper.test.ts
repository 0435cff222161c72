/**
 * The wrapper as build systems call it: `bin/tbx-cc`, the bundle, the real clang, the real sysroot. `make` builds them.
 */

import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { readObjectNotes } from '../../src/driver/elf-notes.js';

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function call(
  program: string,
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Result {
  const { status, stdout, stderr } = spawnSync(program, [...args], {
    cwd: folder,
    input,
    encoding: 'latin1',
    env: { ...process.env, ...env },
  });
  return { status, stdout, stderr };
}

const cc = (
  args: readonly string[],
  input = '',
  env: Readonly<Record<string, string>> = {},
): Result => call(resolve('bin/tbx-cc'), args, input, env);

/** Calls the wrapper and expects it to succeed without a word. */
function mustCompile(...args: readonly string[]): void {
  const { status, stderr } = cc(args);
  expect(stderr).toBe('');
  expect(status).toBe(0);
}

const write = (name: string, text: string): void => {
  writeFileSync(join(folder, name), text);
};
const read = (name: string): string => readFileSync(join(folder, name), 'latin1');
const files = (): readonly string[] => readdirSync(folder).sort();

function notes(name: string): readonly string[] {
  const object = readObjectNotes(readFileSync(join(folder, name)));
  return object.kind === 'object'
    ? object.notes.map(({ description }) => description)
    : [object.what];
}

const MARKS = ['abi=1 lowering=addr32 isolate=code+data keybits=15', 'addr32'];
const LOAD = 'int load(int *p) { return *p; }\n';
const HELLO = `#include <stdio.h>
int main(int argc, char **argv) {
  printf("hello, %s\\n", argc > 1 ? argv[1] : "world");
  return 7;
}
`;

describe('one source file', () => {
  test('-c makes a marked object', () => {
    write('a.c', LOAD);
    mustCompile('-c', '-O2', 'a.c');
    expect(files()).toEqual(['a.c', 'a.o']);
    expect(notes('a.o')).toEqual(MARKS);
  });

  test('-S makes confined text, which can be assembled again', () => {
    write('a.c', LOAD);
    mustCompile('-S', '-O2', 'a.c');
    expect(read('a.s')).toContain('%gs:(%edi), %eax');
    mustCompile('-c', '-ftbx-resume', 'a.s', '-o', 'b.o');
    expect(notes('b.o')).toEqual([...MARKS, 'addr32']);
  });

  test('-S -emit-llvm makes instrumented IR, which can be compiled further', () => {
    write('a.c', LOAD);
    mustCompile('-S', '-emit-llvm', '-O2', 'a.c', '-ftbx-isolate=data');
    expect(read('a.ll')).toContain('addrspace(256)');
    mustCompile('-c', '-O2', '-ftbx-resume', 'a.ll');
    expect(notes('a.o')).toEqual(['abi=1 lowering=addr32 isolate=data keybits=15', 'addr32']);
  });

  test('.ll, .bc and .i are instrumented like .c', () => {
    write('a.c', LOAD);
    for (const [flags, name] of [
      [['-S', '-emit-llvm'], 'plain.ll'],
      [['-c', '-emit-llvm'], 'plain.bc'],
      [['-E'], 'plain.i'],
    ] as const) {
      const plain = [...flags, '--target=x86_64-linux-musl', '-O1', 'a.c', '-o', name];
      expect(call('clang-22', plain).status).toBe(0);
      mustCompile('-c', '-O1', name, '-o', `${name}.o`);
      expect(notes(`${name}.o`)).toEqual(MARKS);
    }
  });

  test('-emit-llvm -c makes instrumented bitcode', () => {
    write('a.c', LOAD);
    mustCompile('-c', '-emit-llvm', '-O2', 'a.c', '-o', 'a.bc');
    expect(call('llvm-dis-22', ['a.bc', '-o', '-']).stdout).toContain('addrspace(256)');
  });

  test('standard input and output', () => {
    const { status, stdout, stderr } = cc(['-S', '-O2', '-x', 'c', '-', '-o', '-'], LOAD);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(stdout).toContain('%gs:(%edi), %eax');
  });

  test('preprocessing, dependencies and syntax checks are clang’s', () => {
    write('a.c', '#include "a.h"\nint x = A;\n');
    write('a.h', '#define A 42\n');
    expect(cc(['-E', 'a.c']).stdout).toContain('int x = 42;');
    expect(cc(['-MM', 'a.c']).stdout).toBe('a.o: a.c a.h\n');
    expect(cc(['-fsyntax-only', 'a.c'])).toEqual({ status: 0, stdout: '', stderr: '' });
  });

  test('-MD names the real output', () => {
    write('a.c', '#include "a.h"\n');
    write('a.h', '');
    mustCompile('-MD', '-MF', 'deps', '-MP', '-c', 'a.c', '-o', 'out.o');
    expect(read('deps')).toBe('out.o: a.c a.h\na.h:\n');
    mustCompile('-MMD', '-MT', 'x y', '-c', 'a.c');
    expect(read('a.d')).toBe('x y: a.c a.h\n');
    expect(files()).toEqual(['a.c', 'a.d', 'a.h', 'a.o', 'deps', 'out.o']);
  });

  test('-g keeps the lines of the source', () => {
    write('a.c', 'int load(int *p) {\n  int a = *p;\n\n  return a + 1;\n}\n');
    mustCompile('-g', '-O1', '-c', 'a.c');
    const { stdout } = call('llvm-dwarfdump-22', ['--debug-line', 'a.o']);
    const lines = [...stdout.matchAll(/^0x[0-9a-f]+\s+(\d+)/gm)].map((match) => match[1]);
    expect(lines).toEqual(expect.arrayContaining(['2', '4']));
  });

  test('-g with constants whose bytes clang would print into comments', () => {
    write(
      'a.c',
      'double f(double a, int n) {\n  double s = 0.0;\n  if (n) s += a;\n  return s;\n}\n',
    );
    mustCompile('-g', '-O2', '-c', 'a.c');
  });
});

describe('several inputs and long command lines', () => {
  test('each input has its output', () => {
    write('a.c', LOAD);
    write('b.c', 'int b;\n');
    mustCompile('-c', 'a.c', 'b.c');
    expect(files()).toEqual(['a.c', 'a.o', 'b.c', 'b.o']);
  });

  test('response files hold flags of both kinds', () => {
    write('a b.c', LOAD);
    write('flags', '-c "a b.c" -ftbx-isolate=data\n-o \'x y.o\'');
    mustCompile('@flags');
    expect(notes('x y.o')[0]).toContain('isolate=data');
  });

  test('a command line that is too long for one is taken all the same', () => {
    write('a.c', `#if !X1 || !X9999\n#error\n#endif\n`);
    const definitions = Array.from({ length: 10_000 }, (_, i) => `-DX${i}=1`);
    mustCompile('-c', 'a.c', ...definitions);
  });
});

describe('errors', () => {
  test('an error of clang is clang’s, and leaves nothing', () => {
    write('a.c', 'int f(void) { return undeclared; }\n');
    const { status, stderr } = cc(['-MD', '-c', 'a.c']);
    expect(status).toBe(1);
    expect(stderr).toContain('a.c:1:22: error: use of undeclared identifier');
    expect(files()).toEqual(['a.c']);
  });

  test('what cannot be instrumented has a place and a code, and leaves nothing', () => {
    write('a.c', 'void f(void) {\n  __asm__ volatile("syscall");\n}\n');
    for (const flags of [['-MD'], ['-g', '-O2'], ['-ftbx-isolate=data']]) {
      const { status, stderr } = cc([...flags, '-c', 'a.c']);
      expect(status).toBe(1);
      const [error, line, carets, note] = stderr.split('\n');
      expect(error).toMatch(/^a\.c:2:3: error: inline assembly .* \[TBX0301\]$/);
      expect(line).toBe('      __asm__ volatile("syscall");');
      expect(carets).toBe('      ^~~~~~~');
      expect(note).toMatch(/^a\.c \(LLVM IR\):\d+:\d+: note: this is what clang made of it/);
    }
    expect(files()).toEqual(['a.c']);
  });

  test('an object that was there stays when the compilation fails', () => {
    write('a.c', 'int f(void) { return undeclared; }\n');
    write('a.o', 'old');
    expect(cc(['-c', 'a.c']).status).toBe(1);
    expect(read('a.o')).toBe('old');
  });

  test('assembler files are refused, or taken on the user’s word', () => {
    write('a.s', 'f:\n\tmovl %gs:(%rdi), %eax\n\tretq\n');
    const refused = cc(['-c', 'a.s']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('a.s: error: assembler text cannot be instrumented [TBX0302]');
    expect(existsSync(join(folder, 'a.o'))).toBe(false);
    mustCompile('-c', 'a.s', '-ftbx-asm=allow');
    expect(notes('a.o')).toEqual(['abi=1 lowering=any isolate=any keybits=15', 'addr32']);
    expect(cc(['-c', 'a.s', '-ftbx-asm=warn']).stderr).toContain('warning: assembler text');
  });

  test('no input can claim for itself to be instrumented', () => {
    const claim = `const char note[] __attribute__((section(".note.tmebox"), used)) = "abi=1 lowering=any";\n`;
    write('a.c', claim + LOAD);
    expect(cc(['-c', 'a.c']).stderr).toContain('TBX0317');
    expect(cc(['-c', '-ftbx-resume', 'a.c']).status).toBe(1);
    expect(
      call('clang-22', ['-S', '-emit-llvm', '-O1', '--target=x86_64-linux-musl', 'a.c']).status,
    ).toBe(0);
    expect(cc(['-c', 'a.ll']).stderr).toContain('TBX0317');
    expect(call('clang-22', ['-S', '--target=x86_64-linux-musl', 'a.c']).status).toBe(0);
    expect(cc(['-c', 'a.s']).stderr).toContain("if tbx-cc -S wrote it, say so with '-ftbx-resume'");
    write('b.c', LOAD);
    mustCompile('-S', '-emit-llvm', 'b.c');
    expect(cc(['-c', 'b.ll']).stderr).toContain('is this module instrumented already?');
    expect(call('clang-22', ['-S', '-emit-llvm', '--target=x86_64-linux-musl', 'b.c']).status).toBe(
      0,
    );
    expect(cc(['-c', '-ftbx-resume', 'b.ll']).stderr).toContain('TBX0810');
  });

  test('a missing input and an unknown flag are clang’s errors', () => {
    expect(cc(['-c', 'none.c'])).toMatchObject({ status: 1, stdout: '' });
    expect(cc(['-c', 'none.c']).stderr).toContain("no such file or directory: 'none.c'");
    write('a.c', LOAD);
    expect(cc(['-c', '-fnot-a-flag', 'a.c']).stderr).toContain("unknown argument: '-fnot-a-flag'");
  });

  test('a clang that is not there', () => {
    write('a.c', LOAD);
    const { status, stderr } = cc(['-c', 'a.c', '-ftbx-clang=clang-1']);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^error: cannot run 'clang-1': .*'tme-box doctor'.*\[TBX0804\]\n$/);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)(
    '%s ends the compilation and leaves nothing',
    async (signal) => {
      // A clang that gives its plan and then does not end.
      const clang =
        '#!/bin/sh\ncase $1 in -###) clang-22 "$@" 2>&1 | sed "s,/[^ ]*/clang\\",$0\\"," >&2 ;; *) echo begun; exec sleep 60 ;; esac\n';
      write('clang', clang);
      chmodSync(join(folder, 'clang'), 0o755);
      write('a.c', LOAD);
      mkdirSync(join(folder, 'tmp'));
      const child = spawn(resolve('bin/tbx-cc'), ['-c', 'a.c'], {
        cwd: folder,
        env: { ...process.env, TMPDIR: join(folder, 'tmp'), TBX_CLANG: join(folder, 'clang') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.once('data', () => child.kill(signal));
      const ended = await new Promise((done) =>
        child.once('close', (_, by) => {
          done(by);
        }),
      );
      expect(ended).toBe(signal);
      expect(readdirSync(join(folder, 'tmp'))).toEqual([]);
      expect(files()).toEqual(['a.c', 'clang', 'tmp']);
    },
  );

  test('a variable named like an option is warned of', () => {
    write('a.c', LOAD);
    const { status, stderr } = cc(['-c', 'a.c'], '', { TBX_ISOLATE: 'data' });
    expect(status).toBe(0);
    expect(stderr).toContain('warning: the environment variable TBX_ISOLATE means nothing');
  });
});

describe('questions of build systems', () => {
  test.each([
    [
      ['--version'],
      /^Debian clang version 22\.[^]*\ntme-box \d[^\n]* \(abi 1, passes [0-9a-f]{16}\)\n$/,
    ],
    [['-dumpmachine'], /^x86_64-unknown-linux-musl\n$/],
    [['-print-prog-name=ld'], /ld\n$/],
    [['-print-search-dirs'], /^programs: /],
  ])('%j', (args, answer) => {
    const { status, stdout } = cc(args);
    expect(status).toBe(0);
    expect(stdout).toMatch(answer);
  });

  test('-### shows clang’s plan and runs nothing', () => {
    write('a.c', LOAD);
    const { status, stderr } = cc(['-###', '-c', 'a.c']);
    expect(status).toBe(0);
    expect(stderr).toContain('"-cc1"');
    expect(files()).toEqual(['a.c']);
  });

  test('-v tells the version on standard error', () => {
    const { status, stderr } = cc(['-v']);
    expect(status).toBe(0);
    expect(stderr).toContain('version 22.');
  });

  test('-ftbx-clang and TBX_CLANG choose a clang', () => {
    expect(cc(['--version', '-ftbx-clang=19']).stdout).toContain('version 19.');
    expect(cc(['--version'], '', { TBX_CLANG: 'clang-19' }).stdout).toContain('version 19.');
  });

  test('-ftbx-explain shows each step and runs none', () => {
    write('a.c', LOAD);
    const { status, stderr } = cc(['-ftbx-explain', 'a.c', '-o', 'a']);
    expect(status).toBe(0);
    const words = stderr
      .split('\n')
      .map(
        (line) =>
          /-emit-llvm|instrument|-disable-llvm-passes|confine |-cc1as|-T |-static/.exec(line)?.[0],
      );
    expect(words.filter((word) => word !== undefined)).toEqual([
      ...['-emit-llvm', 'instrument', '-disable-llvm-passes', 'confine ', '-cc1as'],
      ...['-static', '-static'],
    ]);
    expect(files()).toEqual(['a.c']);
  });

  test('-ftbx-off is plain clang, and says so', () => {
    write('a.c', LOAD);
    const { status, stderr } = cc(['-c', 'a.c', '-ftbx-off']);
    expect(status).toBe(0);
    expect(stderr).toContain('note: -ftbx-off: calling clang without instrumentation [TBX0809]');
    expect(notes('a.o')).toEqual([]);
  });
});

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
    expect(existsSync(join(folder, 'main'))).toBe(false);
  });

  test('an undefined symbol is the linker’s error, and leaves nothing', () => {
    write('main.c', 'int f(void); int main(void) { return f(); }\n');
    const { status, stderr } = cc(['main.c', '-o', 'main']);
    expect(status).toBe(1);
    expect(stderr).toContain('undefined symbol: f');
    expect(files()).toEqual(['main.c']);
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
    expect(existsSync(join(folder, 'main'))).toBe(false);
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
    const program = readFileSync(join(folder, 'hello'));
    program[program.indexOf('hello, ')] = 0x48;
    writeFileSync(join(folder, 'hello'), program);
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
    const granted = mkdtempSync(join(tmpdir(), 'tbx-test-'));
    writeFileSync(join(granted, 'file'), 'contents');
    mustCompile('cat.c', '-o', 'cat', `-ftbx-dir=${granted}::/in`, '-ftbx-env=NAME=a "b"');
    expect(call('./cat', [])).toEqual({ status: 0, stdout: 'contents a "b"\n', stderr: '' });
    mustCompile('cat.c', '-o', 'cat');
    expect(call('./cat', []).status).toBe(1);
    rmSync(granted, { recursive: true });
  });

  test('a null dereference is contained', () => {
    write('null.c', 'int main(void) { *(volatile int *)0 = 1; return 0; }\n');
    mustCompile('null.c', '-O1', '-o', 'null');
    const { status, stderr } = call('./null', []);
    expect(status).toBe(126);
    expect(stderr).toMatch(/^tme-box: sandbox KeyID \d+: write to unmapped offset 0x0 .*main/);
  });
});
