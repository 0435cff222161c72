import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { median } from '../bench/statistics.js';
import { build } from './build.js';
import { must, run, type Outcome } from './process.js';
import { lua } from './recipes/lua.js';
import { INPUTS, makePlainInputs } from './inputs.js';
import { addAccesses, type AccessTotals } from './statistics.js';
import { compiler, ROOT, RUNNER, type Toolchain } from './toolchain.js';

/**
 * `make demo`: Lua, built by its own Makefile with CC=tbx-cc, sorts, builds strings, matches patterns and reads a file
 * inside a sandbox; the output is compared with a native Lua's, and a table says what was confined and what it cost.
 */
const NATIVE: Toolchain = { kind: 'native', clang: 22 };
const SANDBOXED: Toolchain = {
  kind: 'sandboxed',
  clang: 22,
  isolation: 'code+data',
  lowering: 'addr32',
};
const STATISTICS = 'tbx-statistics.jsonl';
const PAIRS = 7;

/** What the runner says of a run (`--report=FILE`). */
interface Report {
  readonly keyid: number;
  readonly windowBase: string;
}

interface Pair {
  readonly native: string;
  readonly sandboxed: string;
  readonly statistics: string;
}

async function buildBoth(): Promise<Pair> {
  console.log(`building Lua 5.4 natively: make posix CC=${compiler(NATIVE)}`);
  const native = await build(lua, NATIVE, '-O2');
  if (native.kind === 'failed') throw new Error(native.log);
  const cc = compiler(SANDBOXED).replace(`${ROOT}/`, '');
  console.log(`building Lua 5.4 for a sandbox: make posix CC='${cc}'`);
  const sandboxed = await build(lua, SANDBOXED, '-O2', { checkIr: false, statistics: STATISTICS });
  if (sandboxed.kind === 'failed') throw new Error(sandboxed.log);
  return {
    native: join(native.directory, 'src/lua'),
    sandboxed: join(sandboxed.directory, 'src/lua'),
    statistics: join(sandboxed.directory, STATISTICS),
  };
}

/** Runs the script as a user would: the program itself, in the folder whose files it may read. */
function runLua(program: string): Promise<Outcome> {
  return run({
    program,
    arguments: ['demo.lua', 'prose.txt'],
    directory: INPUTS,
    timeoutSeconds: 120,
  });
}

async function readReport(program: string): Promise<Report> {
  const file = join(program, '../../tbx-report.json');
  await must({
    program: RUNNER,
    arguments: [`--report=${file}`, '--', program, '-v'],
    directory: INPUTS,
  });
  const report: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof report !== 'object' || report === null) throw new Error(`${file} holds no report`);
  const keyid = 'keyid' in report ? Number(report.keyid) : Number.NaN;
  const base = 'window_base' in report ? BigInt(String(report.window_base)) : 0n;
  return { keyid, windowBase: `0x${base.toString(16)}` };
}

/** Wall-clock times in turns, the ratio within each pair. */
async function overhead(pair: Pair): Promise<number> {
  const ratios: number[] = [];
  for (let i = 0; i < PAIRS; i++) {
    const native = await seconds(pair.native);
    ratios.push((await seconds(pair.sandboxed)) / native);
  }
  return (median(ratios) - 1) * 100;
}

async function seconds(program: string): Promise<number> {
  const begun = performance.now();
  await runLua(program);
  return (performance.now() - begun) / 1000;
}

function printTable(totals: AccessTotals, report: Report, percent: number): void {
  const count = (n: number): string => n.toLocaleString('en-US');
  const rows: readonly (readonly [string, string])[] = [
    ['accesses seen', count(totals.seen)],
    ['confined', count(totals.confined)],
    ['proven safe', count(totals.safe)],
    ['KeyID', String(report.keyid)],
    ['window base', report.windowBase],
    ['overhead', `${percent >= 0 ? '+' : ''}${percent.toFixed(1)} %`],
  ];
  console.log('');
  for (const [title, value] of rows) console.log(`  ${title.padEnd(16)}${value.padStart(16)}`);
}

async function main(): Promise<number> {
  await makePlainInputs();
  const pair = await buildBoth();
  const native = await runLua(pair.native);
  const sandboxed = await runLua(pair.sandboxed);
  process.stdout.write(sandboxed.stdout);
  process.stderr.write(sandboxed.stderr);
  const { size } = await stat(join(INPUTS, 'prose.txt'));
  if (native.status !== 0 || sandboxed.status !== 0 || !native.stdout.equals(sandboxed.stdout)) {
    console.log(`\nDIFFERENT: native exits ${native.status}, sandboxed ${sandboxed.status}`);
    return 1;
  }
  console.log(
    `\nThe output of the sandboxed Lua is that of the native one, byte for byte (${sandboxed.stdout.length} bytes, from a file of ${size}).`,
  );
  const totals = addAccesses(await readFile(pair.statistics, 'utf8'));
  printTable(totals, await readReport(pair.sandboxed), await overhead(pair));
  return 0;
}

process.exitCode = await main();
