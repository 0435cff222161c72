/**
 * The front end beside LLVM's own: `tme-box print`, `print --canonical` and `instrument` against `opt -S -passes=`,
 * whole processes on the same files. Written to build/bench/ir.json and as a table.
 *
 *     scripts/ts.sh bench/ir.ts [--runs=5] [--scale] [FILE.ll ...]
 *
 * Every round runs all tools on a file, one behind the other, so that whatever else the machine does falls on all of
 * them; the ratios are medians of the rounds' own. `--scale` measures modules of 1 to 500 MB instead, once each.
 */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { must, run } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { irInputs, scaledInput } from './ir-inputs.js';
import { median } from './statistics.js';

const METER = join(ROOT, 'build/bench/rusage');
const SCALE_MEGABYTES = [1, 10, 100, 500];

interface Tool {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
}

const TME_BOX = join(ROOT, 'bin/tme-box');

const TOOLS: readonly Tool[] = [
  { name: 'opt -S', command: (file) => ['opt-22', '-S', '-passes=', '-o', '/dev/null', file] },
  { name: 'print', command: (file) => [TME_BOX, 'print', '-o', '/dev/null', file] },
  {
    name: 'print --canonical',
    command: (file) => [TME_BOX, 'print', '--canonical', '-o', '/dev/null', file],
  },
  instrument('ir'),
  instrument('addr32'),
];

function instrument(lowering: string): Tool {
  const words = [TME_BOX, 'instrument', '--lowering', lowering, '-o', '/dev/null'];
  return { name: `instrument ${lowering}`, command: (file) => [...words, file] };
}

/** One run of a process; seconds and bytes. */
interface Sample {
  readonly wall: number;
  /** User and system time of all threads. */
  readonly processor: number;
  readonly peakMemory: number;
}

/** Medians of a tool on a file; the ratios are to `opt` in the same round. */
interface Row {
  readonly file: string;
  readonly megabytes: number;
  readonly tool: string;
  readonly wall: number;
  readonly processor: number;
  readonly peakMebibytes: number;
  readonly megabytesPerSecond: number;
  readonly wallRatio: number;
  readonly processorRatio: number;
  readonly memoryRatio: number;
}

const { values, positionals: named } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    scale: { type: 'boolean', default: false },
  },
  allowPositionals: true,
});
const { scale } = values;
const rounds = scale ? 1 : Number(values.runs);

mkdirSync(join(ROOT, 'build/bench/ir'), { recursive: true });
await buildMeter();
const rows: Row[] = [];
for (const file of await files()) rows.push(...(await measure(file, rounds)));
const report = scale ? 'ir-scale.json' : 'ir.json';
writeFileSync(join(ROOT, 'build/bench', report), `${JSON.stringify(rows, undefined, 2)}\n`);
print(rows);

async function files(): Promise<readonly string[]> {
  if (named.length > 0) return named;
  if (!scale) return irInputs();
  const scaled: string[] = [];
  for (const megabytes of SCALE_MEGABYTES) scaled.push(await scaledInput(megabytes));
  return scaled;
}

async function buildMeter(): Promise<void> {
  const source = join(ROOT, 'bench/rusage.c');
  await must({ program: 'clang-22', arguments: ['-O2', source, '-o', METER] });
}

async function measure(file: string, count: number): Promise<readonly Row[]> {
  const samples = TOOLS.map((): Sample[] => []);
  for (let round = 0; round < count; round++) {
    for (const [index, tool] of TOOLS.entries()) {
      samples[index]?.push(await sample(tool.command(file)));
    }
  }
  const [baseline = []] = samples;
  return TOOLS.map(({ name }, index) => summary(file, name, samples[index] ?? [], baseline));
}

function summary(
  file: string,
  tool: string,
  samples: readonly Sample[],
  baseline: readonly Sample[],
): Row {
  const megabytes = statSync(file).size / 1e6;
  const of = (field: keyof Sample): number => median(samples.map((each) => each[field]));
  const ratio = (field: keyof Sample): number =>
    median(samples.map((each, round) => each[field] / (baseline[round]?.[field] ?? Number.NaN)));
  return {
    file: basename(file),
    megabytes,
    tool,
    wall: of('wall'),
    processor: of('processor'),
    peakMebibytes: of('peakMemory') / 2 ** 20,
    megabytesPerSecond: megabytes / of('wall'),
    wallRatio: ratio('wall'),
    processorRatio: ratio('processor'),
    memoryRatio: ratio('peakMemory'),
  };
}

/** @throws Error when the command fails */
async function sample(command: readonly string[]): Promise<Sample> {
  const { stdout, stderr } = await run({ program: METER, arguments: command, directory: ROOT });
  const numbers = stdout.toString().split(' ').map(Number);
  const [status, user = Number.NaN, system = Number.NaN, wall = Number.NaN] = numbers;
  if (status !== 0)
    throw new Error(`${command.join(' ')} exits ${status ?? '?'}: ${stderr.toString('latin1')}`);
  return { wall, processor: user + system, peakMemory: numbers[4] ?? Number.NaN };
}

function print(all: readonly Row[]): void {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index < 2 ? cell.padEnd(19) : cell.padStart(9))).join('');
  const heads = ['file', 'tool', 'wall s', 'cpu s', 'MB/s', 'MiB', 'x wall', 'x cpu', 'x memory'];
  const text = all.map((row) => {
    const times = [row.wall, row.processor].map((seconds) => seconds.toFixed(2));
    const rates = [row.megabytesPerSecond.toFixed(1), row.peakMebibytes.toFixed(0)];
    const ratios = [row.wallRatio, row.processorRatio, row.memoryRatio].map((x) => x.toFixed(2));
    return line([row.file, row.tool, ...times, ...rates, ...ratios]);
  });
  process.stdout.write(`${[line(heads), ...text].join('\n')}\n`);
}
