import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { checkInstrumentedIr, RECORD, RECORDER, type IrCheck } from './instrumented-ir.js';
import { run, shellLine, type Command } from './process.js';
import type { Recipe } from './recipe.js';
import { BUILD, compiler, ROOT, toolchainName, type Toolchain } from './toolchain.js';

/** A built program, with what was found about its IR (sandboxed programs), or the output of the step that failed. */
export type Built =
  | {
      readonly kind: 'built';
      readonly directory: string;
      readonly seconds: number | 'cached';
      readonly ir: IrCheck | undefined;
    }
  | { readonly kind: 'failed'; readonly directory: string; readonly log: string };

const STAMP = '.tbx-stamp';

export interface BuildOptions {
  /** Also check the instrumented IR. */
  readonly checkIr: boolean;
  /** Build anew whatever is there. */
  readonly again?: boolean;
  /** A file in the folder of the build for the statistics of the passes. */
  readonly statistics?: string;
}

/** Builds `recipe` in a folder of its own, or finds there that nothing that it depends on has changed. */
export async function build(
  recipe: Recipe,
  toolchain: Toolchain,
  optimisation: string,
  options: BuildOptions = { checkIr: false },
): Promise<Built> {
  // Each way of building has its folder, so that `make demo` and `make bench` do not undo each other's work.
  const way = `${options.checkIr ? '.checked' : ''}${options.statistics === undefined ? '' : '.counted'}`;
  const name = `${toolchainName(toolchain)}.${optimisation.replace('-', '').replaceAll(/[^\w=]+/g, '-')}${way}`;
  const directory = join(BUILD, 'programs', recipe.name, name);
  const steps = buildCommands(recipe, toolchain, optimisation, directory, options);
  const stamp = await stampOf(toolchain, steps);
  const found = await readFile(join(directory, STAMP), 'utf8').catch(() => '');
  if (options.again !== true && found === stamp) {
    return { kind: 'built', directory, seconds: 'cached', ir: undefined };
  }
  const prepared = await prepareSource(recipe, directory);
  if (prepared !== undefined) return { kind: 'failed', directory, log: prepared };
  const begun = performance.now();
  for (const step of steps) {
    const outcome = await run(step);
    if (outcome.status !== 0) {
      const log = `${shellLine(step)}\n${outcome.stdout.toString()}${outcome.stderr.toString()}`;
      await writeFile(join(directory, 'tbx-build.log'), log);
      return { kind: 'failed', directory, log };
    }
  }
  const seconds = (performance.now() - begun) / 1000;
  const ir =
    toolchain.kind === 'sandboxed' && options.checkIr
      ? await checkInstrumentedIr(directory, toolchain)
      : undefined;
  // A build whose IR is refused is not remembered: the next run says so again.
  if (ir?.failure === undefined) await writeFile(join(directory, STAMP), stamp);
  return { kind: 'built', directory, seconds, ir };
}

function buildCommands(
  recipe: Recipe,
  toolchain: Toolchain,
  optimisation: string,
  directory: string,
  options: BuildOptions,
): readonly Command[] {
  const statistics =
    options.statistics === undefined ? '' : ` -ftbx-stats=${join(directory, options.statistics)}`;
  const cc = compiler(toolchain) + statistics;
  const setting = {
    cc: options.checkIr ? `${RECORDER} ${cc}` : cc,
    buildCc: `clang-${toolchain.clang}`,
    optimisation,
  };
  return recipe.build(setting).map((step) => ({
    ...step,
    directory,
    environment: {
      LC_ALL: 'C',
      TBX_RECORD: join(directory, RECORD),
      ...step.environment,
    },
  }));
}

/** A fresh copy of the source, with the patches taken back that replace its build system. Says what failed. */
async function prepareSource(recipe: Recipe, directory: string): Promise<string | undefined> {
  const source = join(BUILD, 'sources', recipe.sourcePackage);
  const fetched = await run({
    program: join(ROOT, 'scripts/fetch-source.sh'),
    arguments: [recipe.sourcePackage],
  });
  if (fetched.status !== 0) return fetched.stderr.toString();
  await rm(directory, { recursive: true, force: true });
  await mkdir(join(directory, '..'), { recursive: true });
  // Time stamps stay: make must not think that generated files are older than what they are made from.
  await cp(source, directory, { recursive: true, preserveTimestamps: true });
  for (const patch of recipe.withoutPatches) {
    const input = join(directory, 'debian/patches', patch);
    const undone = await run({
      program: 'patch',
      arguments: ['-R', '-p1', '-s'],
      directory,
      input,
    });
    if (undone.status !== 0) return `patch -R ${patch}: ${undone.stdout.toString()}`;
  }
  return undefined;
}

/** What a linked program depends on beyond its own sources. */
const SANDBOXED_PARTS = [
  'dist/tbx-cc.cjs',
  'dist/verifier.cjs',
  'build/host/libtbxrun.a',
  'build/host/libtmebox.a',
];

async function stampOf(toolchain: Toolchain, steps: readonly Command[]): Promise<string> {
  const hash = createHash('sha256');
  hash.update(JSON.stringify(steps));
  for (const part of partsOf(toolchain)) {
    // A part that is missing makes the build itself fail, with a better message than this function has.
    hash.update(await readFile(join(ROOT, part)).catch(() => Buffer.alloc(0)));
  }
  return hash.digest('hex');
}

function partsOf(toolchain: Toolchain): readonly string[] {
  switch (toolchain.kind) {
    case 'native':
      return [];
    case 'baseline':
      return ['build/bench/musl-cc', 'build/bench/musl/lib/libc.a'];
    case 'matched':
      return [
        'build/bench/matched-cc',
        'build/bench/matched-memory.o',
        'build/bench/matched-string.o',
        'build/bench/musl/lib/libc.a',
      ];
    case 'sandboxed': {
      const sysroot = `build/sysroot/lib/${toolchain.isolation}`;
      const libraries = ['libc.a', 'libtbx.a', 'crt1.o', 'gate.o'];
      return [...SANDBOXED_PARTS, ...libraries.map((name) => `${sysroot}/${name}`)];
    }
  }
}
