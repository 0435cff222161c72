import { join } from 'node:path';
import { build, type Built } from './build.js';
import { makeInputs } from './inputs.js';
import { checkOperands, formatCounts } from './operands/check.js';
import { pooled } from './process.js';
import type { Recipe } from './recipe.js';
import { recipes } from './recipes/index.js';
import { type Cell, select } from './selection.js';
import { toolchainName, type ClangVersion, type Toolchain } from './toolchain.js';
import { difference, runUse, type UseResult } from './use.js';

/**
 * `make programs`: every real program × isolation × optimisation × clang, built by its own build system and compared
 * with its native build, byte for byte. Options narrow it: --program= --isolate= --clang= --opt= --lowering= --jobs=.
 */
const OPTIMISATIONS = ['-O0', '-O2'] as const;

/** One row of checks: what was checked, and undefined or what is wrong. */
interface Check {
  readonly title: string;
  readonly failure: string | undefined;
  readonly note?: string;
}

/** Native builds of every recipe: the inputs need bzip2, minigzip and sqlite3 of clang 22 whatever is selected. */
async function prepareInputs(jobs: number): Promise<void> {
  const toolchain: Toolchain = { kind: 'native', clang: 22 };
  const built = await pooled(recipes, jobs, async (recipe) => ({
    name: recipe.name,
    built: await build(recipe, toolchain, '-O2'),
  }));
  const program = (name: string, path: string): string => {
    const entry = built.find((candidate) => candidate.name === name)?.built;
    if (entry?.kind !== 'built')
      throw new Error(`native ${name} does not build: ${entry?.log ?? ''}`);
    return join(entry.directory, path);
  };
  await makeInputs({
    bzip2: program('bzip2', 'bzip2'),
    minigzip: program('zlib', 'minigzip'),
    sqlite3: program('sqlite', 'sqlite3'),
  });
}

/** Native results by program, clang and optimisation; several cells compare with the same ones. */
class NativeResults {
  readonly #results = new Map<string, Promise<readonly UseResult[]>>();

  of(recipe: Recipe, clang: ClangVersion, optimisation: string): Promise<readonly UseResult[]> {
    const key = `${recipe.name} ${clang} ${optimisation}`;
    const known = this.#results.get(key);
    if (known !== undefined) return known;
    const made = runNatively(recipe, { kind: 'native', clang }, optimisation);
    this.#results.set(key, made);
    return made;
  }
}

async function runNatively(
  recipe: Recipe,
  toolchain: Toolchain,
  optimisation: string,
): Promise<readonly UseResult[]> {
  const built = await build(recipe, toolchain, optimisation);
  if (built.kind === 'failed')
    throw new Error(`native ${recipe.name} does not build: ${built.log}`);
  const results: UseResult[] = [];
  for (const use of recipe.uses) results.push(await runUse(use, built.directory, toolchain));
  return results;
}

async function checkCell(recipe: Recipe, cell: Cell, natives: NativeResults): Promise<Check[]> {
  const built = await build(recipe, cell.toolchain, cell.optimisation, { checkIr: true });
  if (built.kind === 'failed') return [{ title: 'build', failure: lastLines(built.log) }];
  const native = await natives.of(recipe, cell.toolchain.clang, cell.optimisation);
  const checks: Check[] = [{ title: 'build', failure: undefined, note: buildTime(built) }];
  for (const [i, use] of recipe.uses.entries()) {
    const expected = native[i];
    if (expected === undefined) continue;
    const begun = performance.now();
    const actual = await runUse(use, built.directory, cell.toolchain);
    const note = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
    checks.push({ title: use.title, failure: await difference(use, expected, actual), note });
  }
  if (built.ir !== undefined) {
    const { failure, modules } = built.ir;
    checks.push({ title: 'llvm-as and opt -passes=verify', failure, note: `${modules} modules` });
  }
  for (const program of recipe.programs) {
    checks.push(await checkProgramOperands(join(built.directory, program), program, cell));
  }
  return checks;
}

function buildTime(built: Extract<Built, { kind: 'built' }>): string {
  return built.seconds === 'cached' ? 'cached' : `${built.seconds.toFixed(1)} s`;
}

async function checkProgramOperands(path: string, program: string, cell: Cell): Promise<Check> {
  const title = `operands of ${program}`;
  try {
    const report = await checkOperands(path, cell.toolchain.isolation);
    const [first] = report.exceptions;
    const failure =
      first === undefined
        ? undefined
        : `${report.exceptions.length} refused, first ${first.text} in ${first.function}: ${first.reason}`;
    return { title, failure, note: formatCounts(report) };
  } catch (error) {
    return { title, failure: String(error) };
  }
}

function lastLines(log: string): string {
  const lines = log.trimEnd().split('\n');
  const telling = lines.find((line) => /error:|Error |TBX\d{4}/.test(line));
  return `${telling ?? ''} … ${lines.slice(-2).join(' | ')}`;
}

async function main(words: readonly string[]): Promise<number> {
  const selection = select(words, OPTIMISATIONS);
  await prepareInputs(selection.jobs);
  const natives = new NativeResults();
  const rows = selection.programs.flatMap((recipe) =>
    selection.cells.map((cell) => ({ recipe, cell })),
  );
  let passed = 0;
  let failed = 0;
  await pooled(rows, selection.jobs, async ({ recipe, cell }) => {
    const checks = await checkCell(recipe, cell, natives);
    const name = `${recipe.name} ${toolchainName(cell.toolchain)} ${cell.optimisation}`;
    const bad = checks.filter(({ failure }) => failure !== undefined);
    console.log(`${bad.length === 0 ? 'ok  ' : 'FAIL'} ${name}`);
    for (const { title, failure, note } of checks) {
      const mark = failure === undefined ? 'ok' : 'FAIL';
      if (failure !== undefined || selection.verbose) {
        console.log(`       ${mark} ${title}: ${failure ?? note ?? ''}`);
      }
    }
    passed += checks.length - bad.length;
    failed += bad.length;
  });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
