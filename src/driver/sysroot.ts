/**
 * Builds the sandbox's sysroot: musl's headers, and for each isolation level crt1.o, gate.o, libc.a and libtbx.a.
 *
 * One process for all of it: the passes run here, clang beside them, as many at a time as there are processors.
 * The sysroot is replaced as a whole when all of it is ready, and left alone when nothing that it is made from changed.
 */
import {
  copyFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { instrument } from '../passes/pipeline.js';
import type { InstrumentOptions } from '../passes/options.js';
import { append } from '../text/append.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { ContentCache, hashOf, hashOfFolders } from './content-cache.js';
import type { Compilation, InstrumentUnit, Isolation } from './sysroot-compile.js';
import { assemble, emitIr, emitObject, ISOLATIONS, sysrootError } from './sysroot-compile.js';
import { generateHeaders, installHeaders } from './sysroot-headers.js';
import { forEachConcurrently, runTool } from './sysroot-tools.js';
import type { Destination, SysrootSources, SysrootUnit } from './sysroot-units.js';
import { sysrootUnits } from './sysroot-units.js';
import type { Toolchain } from './toolchain.js';

/** For libraries: what they export to the host and import from it. */
const GUEST_HEADER = 'tmebox-guest.h';

/** How {@link buildSysroot} is called. Paths are absolute. */
export interface SysrootOptions {
  /** The root of this package: `runtime/guest` and `scripts` are below it. */
  readonly packageRoot: string;
  /** The folder of build outputs: `sysroot`, `cache` and `sources` are made below it. */
  readonly build: string;
  /** An unpacked musl; Debian's source package is fetched where none is given. */
  readonly musl?: string;
  readonly toolchain: Toolchain;
  /** A text that changes whenever the tool does: objects of another tool are not used again. */
  readonly toolVersion: string;
  readonly lowering: InstrumentOptions['lowering'];
  readonly keyBits: number;
  /** How many programs run at once; the number of processors where none is given. */
  readonly jobs?: number;
  /** What takes the place of the passes; for tests of this build alone. */
  readonly instrumentUnit?: InstrumentUnit;
  /** Called when a unit is done. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** The objects of one level, by the library they belong to. */
interface Member {
  readonly unit: SysrootUnit;
  readonly object: Buffer;
}

const RECORD = 'sysroot.json';

/**
 * Builds `build/sysroot`.
 *
 * @returns what went wrong; with an error among it, the sysroot that was there is untouched
 */
export async function buildSysroot(options: SysrootOptions): Promise<readonly Diagnostic[]> {
  const musl = options.musl ?? (await fetchMusl(options));
  if (typeof musl !== 'string') return [musl];
  const version = await runTool(options.toolchain.clang, ['--version']);
  if (!version.ok) return [sysrootError('TBX0603', `cannot run clang: ${version.message}`)];

  const guest = join(options.packageRoot, 'runtime/guest');
  const generated = generateHeaders(musl, join(options.build, 'cache/musl-headers'));
  const sources: SysrootSources = { guest, musl, generated };
  const units = sysrootUnits(sources);
  const compilation = compilationOf(options, version.stdout.toString('utf8'));
  const gate = join(guest, 'gate.s');
  const identity = identityOf(units, gate, compilation, options.toolVersion);
  const sysroot = join(options.build, 'sysroot');
  if (isBuilt(sysroot, identity)) return [];

  mkdirSync(options.build, { recursive: true });
  const staging = mkdtempSync(join(options.build, 'sysroot-'));
  try {
    const diagnostics = await buildInto(staging, units, sources, compilation, options);
    if (diagnostics.some((diagnostic) => diagnostic.severity === 'error')) return diagnostics;
    writeFileSync(join(staging, RECORD), `${JSON.stringify({ identity })}\n`);
    chmodSync(staging, 0o755);
    replaceFolder(sysroot, staging);
    return diagnostics;
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

async function fetchMusl(options: SysrootOptions): Promise<string | Diagnostic> {
  const destination = join(options.build, 'sources/musl');
  const script = join(options.packageRoot, 'scripts/fetch-source.sh');
  const result = await runTool(script, ['musl', destination]);
  return result.ok ? destination : sysrootError('TBX0604', result.message);
}

function compilationOf(options: SysrootOptions, clangVersion: string): Compilation {
  const { toolchain, lowering, keyBits } = options;
  const cache = new ContentCache(join(options.build, 'cache/sysroot'));
  const pass = options.instrumentUnit ?? instrument;
  const headersOf = headerHashes();
  return {
    toolchain,
    root: options.packageRoot,
    clangVersion,
    headersOf,
    lowering,
    keyBits,
    cache,
    instrument: pass,
  };
}

/** Most units share their folders of headers, which are read once. */
function headerHashes(): (unit: SysrootUnit) => string {
  const known = new Map<string, string>();
  return ({ headers }) => {
    const key = headers.join('\0');
    const hash = known.get(key) ?? hashOfFolders(headers, isIncluded);
    known.set(key, hash);
    return hash;
  };
}

/** Whether a unit may include the file. musl's libc_calloc.c includes the .c file beside it. */
function isIncluded(path: string): boolean {
  return path.endsWith('.h') || path.endsWith('/calloc.c');
}

/** The hash of everything that the sysroot is made from; not of where, as that changes nothing of it. */
function identityOf(
  units: readonly SysrootUnit[],
  gate: string,
  { clangVersion, headersOf, lowering, keyBits, root }: Compilation,
  toolVersion: string,
): string {
  const parts = units.flatMap((unit) => [
    unit.member,
    unit.flags.join('\0').replaceAll(`${root}/`, ''),
    headersOf(unit),
    readFileSync(unit.path),
  ]);
  const options = [clangVersion, toolVersion, lowering, `${keyBits}`];
  return hashOf([...options, readFileSync(gate), ...parts]);
}

function isBuilt(sysroot: string, identity: string): boolean {
  const record = join(sysroot, RECORD);
  return existsSync(record) && readFileSync(record, 'utf8').includes(identity);
}

async function buildInto(
  folder: string,
  units: readonly SysrootUnit[],
  sources: SysrootSources,
  compilation: Compilation,
  options: SysrootOptions,
): Promise<readonly Diagnostic[]> {
  installHeaders(sources.musl, sources.generated, join(folder, 'include'));
  copyFileSync(join(sources.guest, GUEST_HEADER), join(folder, 'include', GUEST_HEADER));
  const levels = new Map<Isolation, Member[]>(ISOLATIONS.map((isolation) => [isolation, []]));
  const diagnostics: Diagnostic[] = [];
  let done = 0;
  await forEachConcurrently(units, options.jobs ?? availableParallelism(), async (unit) => {
    append(diagnostics, await compileUnit(unit, compilation, levels));
    options.onProgress?.(++done, units.length);
  });
  const gate = await assembleGate(join(sources.guest, 'gate.s'), compilation);
  append(diagnostics, gate.diagnostics);
  if (gate.object === undefined || diagnostics.some((d) => d.severity === 'error')) {
    return diagnostics;
  }
  for (const [isolation, members] of levels) {
    const library = join(folder, 'lib', isolation);
    mkdirSync(library, { recursive: true });
    writeFileSync(join(library, 'gate.o'), gate.object);
    append(diagnostics, await writeLibraries(library, members, options.toolchain.tool('llvm-ar')));
  }
  return diagnostics;
}

async function compileUnit(
  unit: SysrootUnit,
  compilation: Compilation,
  levels: ReadonlyMap<Isolation, Member[]>,
): Promise<readonly Diagnostic[]> {
  const { source, diagnostics } = await emitIr(unit, compilation);
  if (source === undefined) return diagnostics;
  const found = [...diagnostics];
  for (const [isolation, members] of levels) {
    const compiled = await emitObject(source, isolation, compilation);
    append(found, compiled.diagnostics);
    if (compiled.object !== undefined) members.push({ unit, object: compiled.object });
  }
  return found;
}

function assembleGate(path: string, compilation: Compilation): ReturnType<typeof assemble> {
  return assemble(path, readFileSync(path, 'latin1'), compilation);
}

/** Units finish in any order; the libraries list them in one. */
async function writeLibraries(
  folder: string,
  members: readonly Member[],
  archiver: string,
): Promise<readonly Diagnostic[]> {
  const sorted = [...members].sort((a, b) => (a.unit.member < b.unit.member ? -1 : 1));
  const of = (destination: Destination): readonly Member[] =>
    sorted.filter(({ unit }) => unit.destination === destination);
  for (const { object } of of('crt1.o')) writeFileSync(join(folder, 'crt1.o'), object);
  const diagnostics: Diagnostic[] = [];
  for (const archive of ['libc.a', 'libtbx.a'] as const) {
    append(diagnostics, await writeArchive(join(folder, archive), of(archive), archiver));
  }
  return diagnostics;
}

async function writeArchive(
  path: string,
  members: readonly Member[],
  archiver: string,
): Promise<readonly Diagnostic[]> {
  const objects = mkdtempSync(`${path}-`);
  try {
    const files = members.map(({ unit, object }) => {
      const file = join(objects, unit.member);
      writeFileSync(file, object);
      return file;
    });
    const list = join(objects, 'members');
    writeFileSync(list, files.map((file) => `"${file.replaceAll('\\', '\\\\')}"\n`).join(''));
    // D: no times and owners, so that the same objects give the same archive.
    const result = await runTool(archiver, ['rcsD', path, `@${list}`]);
    return result.ok ? [] : [sysrootError('TBX0605', result.message)];
  } finally {
    rmSync(objects, { recursive: true, force: true });
  }
}

/** Puts `replacement` in the place of `folder`. */
function replaceFolder(folder: string, replacement: string): void {
  const old = `${replacement}-old`;
  mkdirSync(dirname(folder), { recursive: true });
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(replacement, folder);
  rmSync(old, { recursive: true, force: true });
}
