/**
 * What the front end is measured on: IR that clang 22 makes of SQLite, Lua and RE2, Debian's sources of all three. RE2 is
 * the large C++ module: containers and algorithms of the standard library, inlined many times.
 */
import {
  createWriteStream,
  existsSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import { must } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';

const FOLDER = join(ROOT, 'build/bench/ir');

/** How a module is made: its sources, compiled one by one and linked into one. */
interface Input {
  readonly name: string;
  readonly sourcePackage: string;
  readonly flags: readonly string[];
  readonly sources: (folder: string) => readonly string[];
}

const SQLITE = {
  sourcePackage: 'sqlite3',
  sources: (folder: string): readonly string[] => [join(folder, 'sqlite3.c')],
};

const INPUTS: readonly Input[] = [
  { ...SQLITE, name: 'sqlite3-O0', flags: ['-O0'] },
  { ...SQLITE, name: 'sqlite3-O2', flags: ['-O2'] },
  { ...SQLITE, name: 'sqlite3-O2-g', flags: ['-O2', '-g'] },
  {
    name: 'lua-O2',
    sourcePackage: 'lua5.4',
    flags: ['-O2', '-DLUA_USE_POSIX'],
    sources: (folder) =>
      sourcesIn(join(folder, 'src'), '.c').filter((file) => !/luac\.c$/.test(file)),
  },
  {
    name: 're2-O2',
    sourcePackage: 're2',
    flags: ['-O2', '-std=c++17', '-fno-exceptions', '-pthread'],
    sources: (folder) => [
      ...sourcesIn(join(folder, 're2'), '.cc'),
      join(folder, 'util/rune.cc'),
      join(folder, 'util/strutil.cc'),
    ],
  },
];

/** The files of all inputs; what is missing is fetched and compiled. */
export async function irInputs(): Promise<string[]> {
  mkdirSync(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const input of INPUTS) files.push(await makeInput(input));
  return files;
}

function sourcesIn(folder: string, ending: string): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(ending));
  return names.sort().map((name) => join(folder, name));
}

async function makeInput({ name, sourcePackage, flags, sources }: Input): Promise<string> {
  const result = join(FOLDER, `${name}.ll`);
  if (existsSync(result)) return result;
  const folder = await unpack(sourcePackage);
  const modules: string[] = [];
  for (const [index, source] of sources(folder).entries()) {
    const module = join(FOLDER, `${name}.part${index}.ll`);
    const compiler = source.endsWith('.cc') ? 'clang++-22' : 'clang-22';
    const common = ['-w', '-S', '-emit-llvm', '-I', folder, '-I', FOLDER];
    await must({
      program: compiler,
      arguments: [...flags, ...common, source, '-o', module],
      directory: ROOT,
    });
    modules.push(module);
  }
  await must({
    program: 'llvm-link-22',
    arguments: ['-S', ...modules, '-o', `${result}.new`],
    directory: ROOT,
  });
  for (const module of modules) rmSync(module);
  renameSync(`${result}.new`, result);
  return result;
}

/** SQLite's amalgamation is made by its own Makefile. @returns the folder of the sources */
async function unpack(sourcePackage: string): Promise<string> {
  const folder = join(ROOT, 'build/sources', sourcePackage);
  await must({
    program: join(ROOT, 'scripts/fetch-source.sh'),
    arguments: [sourcePackage],
    directory: ROOT,
  });
  // Debian's build of Lua makes this header, whose one line names the folder of shared libraries.
  writeFileSync(
    join(FOLDER, 'lua5.4-deb-multiarch.h'),
    '#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"\n',
  );
  if (sourcePackage !== 'sqlite3') return folder;
  const work = join(FOLDER, 'sqlite3');
  if (existsSync(join(work, 'sqlite3.c'))) return work;
  await must({ program: 'cp', arguments: ['-r', '--', folder, work], directory: ROOT });
  await must({
    program: 'sh',
    arguments: ['-c', './configure CC=clang-22 && make sqlite3.c'],
    directory: work,
  });
  return work;
}

/** Small, so that a module of any size can be made of its functions. */
const SCALED: Input = {
  name: 'lua-lapi-O2',
  sourcePackage: 'lua5.4',
  flags: ['-O2'],
  sources: (folder) => [join(folder, 'src/lapi.c')],
};

/**
 * A module of about `megabytes`: that of one file of Lua, with as many renamed copies of its functions behind it as it takes. The
 * copies use what the first one defines, metadata included, so nothing is defined twice.
 */
export async function scaledInput(megabytes: number): Promise<string> {
  const result = join(FOLDER, `scaled-${megabytes}.ll`);
  if (existsSync(result)) return result;
  mkdirSync(FOLDER, { recursive: true });
  const base = readFileSync(await makeInput(SCALED), 'latin1');
  const functions = base.match(/^define [^]*?^}$/gm) ?? [];
  const output = createWriteStream(result, 'latin1');
  output.write(base);
  for (let size = base.length, copy = 1; size < megabytes * 1e6; copy++) {
    for (const text of functions) {
      if (size >= megabytes * 1e6) break;
      const renamed = `\n${text.replace(/@([\w.]+)\(/, `@$1.copy${copy}(`)}\n`;
      size += renamed.length;
      if (!output.write(renamed)) await once(output, 'drain');
    }
  }
  output.end();
  await once(output, 'finish');
  return result;
}
