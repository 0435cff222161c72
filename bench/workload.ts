import { mkdir, open, readdir, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build } from '../programs/build.js';
import { INPUTS, makeInputs } from '../programs/inputs.js';
import { must } from '../programs/process.js';
import type { Recipe } from '../programs/recipe.js';
import { bzip2 } from '../programs/recipes/bzip2.js';
import { lua } from '../programs/recipes/lua.js';
import { sqlite } from '../programs/recipes/sqlite.js';
import { zlib } from '../programs/recipes/zlib.js';
import { BUILD, compiler, ROOT, toolchainName, type Toolchain } from '../programs/toolchain.js';

/** Something to measure: how to build it, and what it is run with. */
export interface Workload {
  readonly name: string;
  readonly arguments: readonly string[];
  /** A file for standard input. */
  readonly input: string;
  /** Builds it and gives the path of the executable. @throws Error with the build's output */
  readonly executable: (toolchain: Toolchain) => Promise<string>;
}

export const BENCH = join(BUILD, 'bench');
const NO_INPUT = '/dev/null';

/** The kernels of bench/kernels and the real programs. */
export async function workloads(): Promise<readonly Workload[]> {
  const files = await readdir(join(ROOT, 'bench/kernels'));
  const kernels = files.filter((file) => file.endsWith('.c')).sort();
  await makeWorkInputs();
  return [...kernels.map((file) => kernel(basename(file, '.c'))), ...programs()];
}

function kernel(name: string): Workload {
  return {
    name,
    arguments: [],
    input: NO_INPUT,
    executable: (toolchain) => compileKernel(name, toolchain),
  };
}

async function compileKernel(name: string, toolchain: Toolchain): Promise<string> {
  const output = join(BENCH, 'kernels', `${name}.${toolchainName(toolchain)}`);
  await mkdir(join(BENCH, 'kernels'), { recursive: true });
  const [program = '', ...words] = compiler(toolchain).split(' ');
  const source = join(ROOT, 'bench/kernels', `${name}.c`);
  await must({ program, arguments: [...words, '-std=c17', '-O2', source, '-o', output, '-lm'] });
  return output;
}

function programs(): readonly Workload[] {
  return [
    real('lua', lua, 'src/lua', [join(ROOT, 'bench/workloads/work.lua')]),
    real('bzip2', bzip2, 'bzip2', ['-9', '-c'], join(BENCH, 'blob-2m')),
    real('bunzip2', bzip2, 'bzip2', ['-d', '-c'], join(INPUTS, 'blob-20m.bz2')),
    real('minigzip', zlib, 'minigzip', ['-6'], join(INPUTS, 'blob-20m')),
    real('sqlite', sqlite, 'sqlite3', [':memory:'], join(ROOT, 'bench/workloads/work.sql')),
  ];
}

function real(
  name: string,
  recipe: Recipe,
  path: string,
  words: readonly string[],
  input: string = NO_INPUT,
): Workload {
  return {
    name,
    arguments: words,
    input,
    executable: async (toolchain) => {
      const built = await build(recipe, toolchain, '-O2');
      if (built.kind === 'failed') throw new Error(built.log);
      return join(built.directory, path);
    },
  };
}

async function makeWorkInputs(): Promise<void> {
  const native: Toolchain = { kind: 'native', clang: 22 };
  const program = (recipe: Recipe, path: string): Promise<string> =>
    real(recipe.name, recipe, path, []).executable(native);
  await makeInputs({
    bzip2: await program(bzip2, 'bzip2'),
    minigzip: await program(zlib, 'minigzip'),
    sqlite3: await program(sqlite, 'sqlite3'),
  });
  await mkdir(BENCH, { recursive: true });
  const slice = join(BENCH, 'blob-2m');
  if ((await stat(slice).catch(() => undefined)) === undefined) {
    const file = await open(join(INPUTS, 'blob-20m'));
    const { buffer } = await file.read(Buffer.alloc(2_000_000), 0, 2_000_000, 0);
    await file.close();
    await writeFile(slice, buffer);
  }
}
