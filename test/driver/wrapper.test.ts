/**
 * The wrapper as build systems call it: `bin/tbx-cc`, the bundle, the real clang, the real sysroot. `make` builds them.
 */

import { call, cc, files, LOAD, MARKS, mustCompile, notes, read, write } from './wrapper.js';

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
