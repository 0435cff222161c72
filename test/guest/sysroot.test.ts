/** The sysroot's build on a small stand-in for musl: what it makes, keeps, and refuses to install. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { buildSysroot, type SysrootOptions } from '../../src/driver/sysroot.js';
import { NOT_FROM_MUSL, sysrootUnits } from '../../src/driver/sysroot-units.js';
import { toolchain } from '../../src/driver/toolchain.js';
import { Scratch } from '../support/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => {
  scratch.remove();
});

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** A package and a musl of a few lines. */
function standIn(): SysrootOptions {
  const root = scratch.path('package');
  const musl = scratch.path('musl');
  const guest = join(root, 'runtime/guest');
  write(join(guest, 'gate.s'), readFileSync(resolve('runtime/guest/gate.s'), 'latin1'));
  write(join(guest, 'start.c'), 'int start(void);\nint start(void) { return 1; }\n');
  write(join(guest, 'memory.c'), 'int memory(int *p);\nint memory(int *p) { return *p; }\n');
  write(join(guest, 'tmebox-guest.h'), '');
  write(join(guest, 'musl/arch/pthread_arch.h'), '');
  write(join(guest, 'musl/src/thread.c'), '#include "own.h"\nint *thread(void) { return &own; }\n');
  write(join(musl, 'VERSION'), '9.9\n');
  write(join(musl, 'tools/mkalltypes.sed'), 's/^TYPEDEF \\(.*\\) \\(.*\\);/typedef \\1 \\2;/\n');
  write(join(musl, 'arch/x86_64/bits/alltypes.h.in'), 'TYPEDEF long time_t;\n');
  write(join(musl, 'arch/x86_64/bits/syscall.h.in'), '#define __NR_read 0\n');
  write(join(musl, 'arch/generic/bits/other.h'), '#define OTHER 1\n');
  write(join(musl, 'include/alltypes.h.in'), 'TYPEDEF int pid_t;\n');
  write(join(musl, 'include/stdio.h'), '#include <bits/alltypes.h>\n');
  write(join(musl, 'src/include/features.h'), '');
  write(join(musl, 'src/internal/own.h'), 'static int own;\n');
  write(join(musl, 'src/malloc/mallocng/malloc.c'), 'int heap;\n');
  write(join(musl, 'src/string/memcpy.c'), '#error runtime/guest has it\n');
  const unit =
    '#include <version.h>\n#include <bits/syscall.h>\nint f(int *p) { return p[SYS_read]; }\n';
  write(join(musl, 'src/string/f.c'), unit);
  write(join(musl, 'src/string/x86_64/f.s'), '.error "assembly is not taken"\n');
  return {
    packageRoot: root,
    build: scratch.path('build'),
    musl,
    toolchain: toolchain(),
    toolVersion: '1',
    lowering: 'addr32',
    keyBits: 15,
    jobs: 2,
  };
}

const codes = async (options: SysrootOptions): Promise<readonly string[]> =>
  (await buildSysroot(options)).map(({ code }) => code);

test('headers, objects and archives for both levels', async () => {
  const options = standIn();
  expect(await buildSysroot(options)).toEqual([]);
  const sysroot = scratch.path('build/sysroot');
  expect(readFileSync(join(sysroot, 'include/bits/alltypes.h'), 'latin1')).toBe(
    'typedef long time_t;\ntypedef int pid_t;\n',
  );
  expect(readFileSync(join(sysroot, 'include/bits/syscall.h'), 'latin1')).toBe(
    '#define __NR_read 0\n#define SYS_read 0\n',
  );
  expect(readdirSync(join(sysroot, 'include')).sort()).toEqual([
    'bits',
    'stdio.h',
    'tmebox-guest.h',
  ]);
  for (const isolation of ['data', 'code+data']) {
    const library = join(sysroot, 'lib', isolation);
    expect(readdirSync(library).sort()).toEqual(['crt1.o', 'gate.o', 'libc.a', 'libtbx.a']);
    const members = scratch.must('llvm-ar-22', ['t', join(library, 'libc.a')]);
    expect(members).toBe('malloc.mallocng.malloc.o\nstring.f.o\ntbx.thread.o\n');
    const assembly = scratch.must('llvm-objdump-22', ['-d', join(library, 'libc.a')]);
    expect(assembly).toMatch(/%gs:.*\(%edi\)/);
  }
  expect(readdirSync(scratch.path('build')).sort()).toEqual(['cache', 'sysroot']);
});

test('the same inputs give the same bytes', async () => {
  const options = standIn();
  await buildSysroot(options);
  const library = scratch.path('build/sysroot/lib/code+data/libc.a');
  const first = readFileSync(library);
  await buildSysroot({ ...options, build: scratch.path('again'), jobs: 1 });
  expect(readFileSync(scratch.path('again/sysroot/lib/code+data/libc.a'))).toEqual(first);
});

test('what was compiled in one place serves in another', async () => {
  const options = standIn();
  const build = (name: string): Promise<readonly unknown[]> => {
    const root = scratch.path(name);
    const places = { packageRoot: root, musl: join(root, 'musl'), build: join(root, 'build') };
    return buildSysroot({ ...options, ...places });
  };
  const cached = (name: string): readonly string[] =>
    readdirSync(scratch.path(`${name}/build/cache/sysroot`), { recursive: true })
      .map(String)
      .sort();
  cpSync(scratch.path('musl'), scratch.path('package/musl'), { recursive: true });
  expect(await build('package')).toEqual([]);
  cpSync(scratch.path('package'), scratch.path('other'), { recursive: true });
  rmSync(scratch.path('other/build/sysroot'), { recursive: true });
  expect(await build('other')).toEqual([]);
  expect(cached('other')).toEqual(cached('package'));
});

test('nothing is done twice, and a change is seen', async () => {
  const options = standIn();
  let units = 0;
  const onProgress = (): void => {
    units++;
  };
  const counting = { ...options, onProgress };
  await buildSysroot(counting);
  expect(units).toBe(5);
  await buildSysroot(counting);
  expect(units).toBe(5);
  write(join(scratch.path('musl'), 'src/internal/own.h'), 'static int own = 7;\n');
  await buildSysroot(counting);
  expect(units).toBe(10);
});

test('a unit that is refused leaves the sysroot that was there', async () => {
  const options = standIn();
  await buildSysroot(options);
  const before = readFileSync(scratch.path('build/sysroot/sysroot.json'), 'utf8');
  write(join(scratch.path('musl'), 'src/string/f.c'), 'void f(void) { __asm__("syscall"); }\n');
  expect(await codes(options)).toContain('TBX0301');
  expect(readFileSync(scratch.path('build/sysroot/sysroot.json'), 'utf8')).toBe(before);
  expect(readdirSync(scratch.path('build')).sort()).toEqual(['cache', 'sysroot']);
});

test('errors of the tools are told', async () => {
  const options = standIn();
  expect(await codes({ ...options, toolchain: toolchain('clang-no-such') })).toEqual(['TBX0603']);
  write(join(scratch.path('musl'), 'src/string/f.c'), 'int f(void) { return }\n');
  expect(await codes(options)).toEqual(['TBX0601']);
  expect(existsSync(scratch.path('build/sysroot'))).toBe(false);
});

test('each file that is not taken from musl is there to be replaced', () => {
  const musl = resolve('build/sources/musl');
  for (const [file, reason] of NOT_FROM_MUSL) {
    expect(existsSync(join(musl, 'src', file))).toBe(true);
    expect(existsSync(/^[^:]*/.exec(reason)?.[0] ?? '')).toBe(true);
  }
});

test('members of an archive have different names', () => {
  const generated = { include: 'include', internal: 'internal' };
  const sources = {
    guest: resolve('runtime/guest'),
    musl: resolve('build/sources/musl'),
    generated,
  };
  const names = sysrootUnits(sources).map(({ destination, member }) => `${destination}/${member}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThan(1300);
});
