/**
 * What the wrapper says and leaves when something is wrong: `bin/tbx-cc`, the bundle, the real clang, the real sysroot. `make` builds them.
 */

import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { call, cc, files, LOAD, mustCompile, notes, path, read, write } from './wrapper.js';

describe('errors', () => {
  const undeclared = 'int f(void) { return undeclared; }\n';
  const unresolved = 'int f(void); int main(void) { return f(); }\n';
  test.each([
    ['clang', ['-MD', '-c'], undeclared, 'a.c:1:22: error: use of undeclared identifier'],
    ['the linker', ['-o', 'a'], unresolved, 'undefined symbol: f'],
  ])('an error of %s is shown as it is, and leaves nothing', (_, flags, source, error) => {
    write('a.c', source);
    const { status, stderr } = cc([...flags, 'a.c']);
    expect(status).toBe(1);
    expect(stderr).toContain(error);
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

  test('of many errors in a file the first are shown, and the others counted', () => {
    write(
      'a.c',
      Array.from({ length: 500 }, (_, n) => `void f${n}(void) { __asm__("cli"); }`).join('\n'),
    );
    const { status, stderr } = cc(['-c', 'a.c']);
    expect(status).toBe(1);
    expect(stderr.match(/^a\.c:\d+:\d+: error: /gm)).toHaveLength(20);
    expect(stderr).toMatch(/\nerror: and 480 more like this \[TBX0301\]\n$/);
  });

  test('an object that was there stays when the compilation fails', () => {
    write('a.c', undeclared);
    write('a.o', 'old');
    expect(cc(['-c', 'a.c']).status).toBe(1);
    expect(read('a.o')).toBe('old');
  });

  test('assembler files are refused, or taken on the user’s word', () => {
    write('a.s', 'f:\n\tmovl %gs:(%rdi), %eax\n\tretq\n');
    const refused = cc(['-c', 'a.s']);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('a.s: error: assembler text cannot be instrumented [TBX0302]');
    expect(existsSync(path('a.o'))).toBe(false);
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
      chmodSync(path('clang'), 0o755);
      write('a.c', LOAD);
      mkdirSync(path('tmp'));
      const child = spawn(resolve('bin/tbx-cc'), ['-c', 'a.c'], {
        cwd: path(''),
        env: { ...process.env, TMPDIR: path('tmp'), TBX_CLANG: path('clang') },
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      child.stdout.once('data', () => child.kill(signal));
      const ended = await new Promise((done) =>
        child.once('close', (_, by) => {
          done(by);
        }),
      );
      expect(ended).toBe(signal);
      expect(readdirSync(path('tmp'))).toEqual([]);
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
