/**
 * What the sandbox's libraries are made of: which files of musl, which of ours, and what each is compiled with.
 */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** The library or object of the sysroot that a unit goes into. */
export type Destination = 'crt1.o' | 'libc.a' | 'libtbx.a';

/** One translation unit. */
export interface SysrootUnit {
  readonly path: string;
  /** The name of its object in an archive: unique, and telling where a symbol came from. */
  readonly member: string;
  readonly destination: Destination;
  readonly language: 'c' | 'c++';
  /** The front end's flags, but for those that all units share. */
  readonly flags: readonly string[];
  /** Where the headers are that the unit may include. */
  readonly headers: readonly string[];
}

/** Where sources are read from. */
export interface SysrootSources {
  /** `runtime/guest` of this package. */
  readonly guest: string;
  /** An unpacked musl. */
  readonly musl: string;
  /** The headers made from musl's templates: `include` is installed, `internal` is for musl alone. */
  readonly generated: { readonly include: string; readonly internal: string };
}

/**
 * Files of musl that are not compiled, and why. Its assembly needs no entry: it lies in folders named after
 * architectures, and this one has none, so the portable C beside them is taken.
 */
export const NOT_FROM_MUSL: ReadonlyMap<string, string> = new Map([
  ['string/memcpy.c', 'runtime/guest/memory.c'],
  ['string/memmove.c', 'runtime/guest/memory.c'],
  ['string/mempcpy.c', 'runtime/guest/memory.c'],
  ['string/memset.c', 'runtime/guest/memory.c'],
  ['string/memcmp.c', 'runtime/guest/memory.c'],
  ['string/bcmp.c', 'runtime/guest/memory.c'],
  ['string/strlen.c', 'runtime/guest/string.c'],
  ['string/strnlen.c', 'runtime/guest/string.c'],
  ['string/memchr.c', 'runtime/guest/string.c'],
  ['string/strchr.c', 'runtime/guest/string.c'],
  ['string/strchrnul.c', 'runtime/guest/string.c'],
  ['string/strcmp.c', 'runtime/guest/string.c'],
  ['string/strncmp.c', 'runtime/guest/string.c'],
  ['string/strcpy.c', 'runtime/guest/string.c'],
  ['string/stpcpy.c', 'runtime/guest/string.c'],
  ['math/sqrt.c', 'runtime/guest/musl/src/sqrt.c: one instruction'],
  ['math/sqrtf.c', 'runtime/guest/musl/src/sqrt.c: one instruction'],
  ['math/sqrtl.c', 'runtime/guest/musl/src/sqrt.c: one instruction'],
  ['math/lrint.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['math/lrintf.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['math/lrintl.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['math/llrint.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['math/llrintf.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['math/llrintl.c', 'runtime/guest/musl/src/lrint.c: one instruction'],
  ['thread/__set_thread_area.c', 'runtime/guest/musl/src/thread.c: FS belongs to the host'],
  [
    'thread/__unmapself.c',
    'runtime/guest/musl/src/thread.c: the portable one jumps by inline assembly',
  ],
  ['fenv/fenv.c', 'runtime/guest/gate.s: no C can name the control words'],
  ['setjmp/setjmp.c', 'runtime/guest/gate.s: the host keeps the registers'],
  ['setjmp/longjmp.c', 'runtime/guest/gate.s: the host keeps the registers'],
  ['signal/sigsetjmp.c', 'runtime/guest/gate.s: the host keeps the registers'],
]);

/** Folders of musl's src that hold no code of a static library. */
const NOT_A_MUSL_FOLDER: ReadonlySet<string> = new Set(['include']);
/** musl offers two allocators, each in a folder below src/malloc. */
const ALLOCATOR = 'malloc/mallocng';
/** Its mappings go through runtime/guest/musl/src/heap_mapping.c. */
const ALLOCATOR_FLAGS = ['-D__mmap=__tbx_heap_map', '-Dmunmap=__tbx_heap_unmap'];

const OWN_FLAGS = ['-Wall', '-Wextra', '-Werror', '-fno-builtin', '-fno-math-errno'];
const OWN_C_FLAGS = ['-std=c17', ...OWN_FLAGS];
const OWN_CXX_FLAGS = ['-std=c++17', ...OWN_FLAGS, '-fno-exceptions', '-fno-rtti'];

/** The folders of musl's own headers, in the order of its Makefile, and of ours before them. */
function muslHeaders({ guest, musl, generated }: SysrootSources): readonly string[] {
  return [
    join(guest, 'musl/arch'),
    join(musl, 'arch/x86_64'),
    join(musl, 'arch/generic'),
    generated.internal,
    join(musl, 'src/include'),
    join(musl, 'src/internal'),
    generated.include,
    join(musl, 'include'),
  ];
}

const MUSL_FLAGS = ['-std=c99', '-ffreestanding', '-nostdinc', '-D_XOPEN_SOURCE=700', '-w'];

function filesIn(folder: string, suffix: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => entry.name)
    .sort();
}

function muslFolders(musl: string): readonly string[] {
  const entries = readdirSync(join(musl, 'src'), { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return [...names.filter((name) => !NOT_A_MUSL_FOLDER.has(name)), ALLOCATOR].sort();
}

function muslUnits(sources: SysrootSources): SysrootUnit[] {
  const headers = muslHeaders(sources);
  const plain = [...MUSL_FLAGS, ...headers.map((folder) => `-I${folder}`)];
  const units: SysrootUnit[] = [];
  for (const folder of muslFolders(sources.musl)) {
    const path = join(sources.musl, 'src', folder);
    const flags = folder === ALLOCATOR ? [...plain, ...ALLOCATOR_FLAGS] : plain;
    for (const file of filesIn(path, '.c')) {
      if (NOT_FROM_MUSL.has(`${folder}/${file}`)) continue;
      units.push({
        path: join(path, file),
        member: `${folder.replaceAll('/', '.')}.${basename(file, '.c')}.o`,
        destination: 'libc.a',
        language: 'c',
        flags,
        headers: [...headers, path],
      });
    }
  }
  return units;
}

/** Our own files that are written against musl's internal headers. */
function muslReplacements(sources: SysrootSources): SysrootUnit[] {
  const folder = join(sources.guest, 'musl/src');
  const headers = muslHeaders(sources);
  const flags = [...MUSL_FLAGS, '-fno-math-errno', ...headers.map((folder) => `-I${folder}`)];
  return filesIn(folder, '.c').map((file) => ({
    path: join(folder, file),
    member: `tbx.${basename(file, '.c')}.o`,
    destination: 'libc.a',
    language: 'c',
    flags,
    headers,
  }));
}

function ownUnits(sources: SysrootSources): SysrootUnit[] {
  const units: SysrootUnit[] = filesIn(sources.guest, '.c').map((file) => ({
    path: join(sources.guest, file),
    member: `${basename(file, '.c')}.o`,
    destination: file === 'start.c' ? 'crt1.o' : 'libtbx.a',
    language: 'c',
    flags: OWN_C_FLAGS,
    headers: [sources.guest],
  }));
  const cxx = filesIn(sources.guest, '.cpp').map((file): SysrootUnit => ({
    path: join(sources.guest, file),
    member: `${basename(file, '.cpp')}.o`,
    destination: 'libtbx.a',
    language: 'c++',
    flags: OWN_CXX_FLAGS,
    headers: [sources.guest],
  }));
  return [...units, ...cxx];
}

/** Every unit of the sysroot, in an order that does not depend on the machine. */
export function sysrootUnits(sources: SysrootSources): readonly SysrootUnit[] {
  return [...ownUnits(sources), ...muslReplacements(sources), ...muslUnits(sources)];
}
