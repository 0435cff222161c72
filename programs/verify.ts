import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { prove } from '../src/verify/prove.js';
import { build } from './build.js';
import { pooled } from './process.js';
import type { Recipe } from './recipe.js';
import { type Cell, select } from './selection.js';
import { BUILD, toolchainName } from './toolchain.js';

/**
 * `make verify-programs`: every real program × isolation × optimisation × clang is built and verified, not run. The
 * table goes to build/verify/report.txt; rows of earlier runs that a narrower run does not touch stay in it. Options
 * narrow it: --program= --isolate= --clang= --opt= --jobs=.
 */
const OPTIMISATIONS = ['-O0', '-O1', '-O2', '-O3', '-Os', '-O2 -march=native'] as const;

/** One line of the report. */
interface Row {
  /** What was verified; the key of the row. */
  readonly name: string;
  /** What was proven, or why not. */
  readonly outcome: string;
  readonly proven: boolean;
}

async function verifyCell(
  recipe: Recipe,
  { toolchain, optimisation }: Cell,
): Promise<readonly Row[]> {
  const where = `${toolchainName(toolchain)} ${optimisation}`;
  const built = await build(recipe, toolchain, optimisation);
  if (built.kind === 'failed') {
    // The link step verifies, so what it refuses is among the build's last words.
    return [
      { name: `${recipe.name} ${where}`, outcome: `FAILED: ${telling(built.log)}`, proven: false },
    ];
  }
  return pooled(recipe.programs, 1, async (program) => {
    const name = `${recipe.name}/${program} ${where}`;
    return verifyProgram(name, join(built.directory, program), toolchain.isolation);
  });
}

async function verifyProgram(name: string, path: string, wanted: string): Promise<Row> {
  const bytes = await readFile(path);
  const begun = process.cpuUsage();
  const proof = await prove(bytes, name);
  const { user, system } = process.cpuUsage(begun);
  if (proof.kind === 'refused') {
    return { name, outcome: `FAILED: ${proof.lines.slice(0, 2).join(' ')}`, proven: false };
  }
  const { level, statistics } = proof.verdict;
  const assumed = level === 'data' ? `, ${statistics.assumedCalls} assumed calls` : '';
  const time = `${((user + system) / 1e6).toFixed(2)} s`;
  const outcome = `${level ?? ''}: ${statistics.codeBytes} bytes, ${statistics.jumpTables} jump tables${assumed}, ${time}`;
  return { name, outcome, proven: level === wanted };
}

function telling(log: string): string {
  const lines = log.trimEnd().split('\n');
  const first = lines.findIndex((line) => /error:|TB[XV]\d{4}/.test(line));
  return (first < 0 ? lines.slice(-2) : lines.slice(first, first + 2)).join(' | ');
}

/** Rows of the report as it stands, by name. */
async function readReport(path: string): Promise<Map<string, string>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const lines = text.split('\n').filter((line) => line.includes(' | '));
  return new Map(lines.map((line) => [line.slice(0, line.indexOf(' | ')).trimEnd(), line]));
}

async function main(words: readonly string[]): Promise<number> {
  const { programs, cells, jobs } = select(words, OPTIMISATIONS);
  const all = programs.flatMap((recipe) => cells.map((cell) => ({ recipe, cell })));
  const path = join(BUILD, 'verify', 'report.txt');
  await mkdir(join(BUILD, 'verify'), { recursive: true });
  const rows: Row[] = [];
  await pooled(all, jobs, async ({ recipe, cell }) => {
    for (const row of await verifyCell(recipe, cell)) {
      rows.push(row);
      console.log(`${row.proven ? 'ok  ' : 'FAIL'} ${row.name}: ${row.outcome}`);
      // Read again each time: another run may be at work on other rows.
      const report = await readReport(path);
      report.set(row.name, `${row.name.padEnd(64)} | ${row.outcome}`);
      await writeFile(path, `${[...report.values()].sort().join('\n')}\n`);
    }
  });
  const proven = rows.filter((row) => row.proven).length;
  console.log(`${proven} of ${rows.length} programs proven; build/verify/report.txt`);
  return proven === rows.length ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
