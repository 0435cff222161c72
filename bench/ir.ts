/**
 * The front end beside LLVM's own: `tme-box print`, `print --canonical` and `instrument` against `opt -S -passes=`,
 * whole processes on the same files. Written to build/bench/ir.json and as a table.
 *
 *     scripts/ts.sh bench/ir.ts [RUNS [FILE.ll ...]]
 *
 * Without files, over what clang 22 makes of SQLite's amalgamation, which `make programs` leaves behind.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { median } from './statistics.js';

const FOLDER = join(ROOT, 'build/bench/ir');
const POLL_MILLISECONDS = 5;
const CLOCK_TICKS_PER_SECOND = 100;

interface Tool {
  readonly name: string;
  readonly command: (file: string) => readonly string[];
}

const TME_BOX = [join(ROOT, 'bin/tme-box')];

const TOOLS: readonly Tool[] = [
  { name: 'opt -S', command: (file) => ['opt-22', '-S', '-passes=', '-o', '/dev/null', file] },
  { name: 'print', command: (file) => [...TME_BOX, 'print', '-o', '/dev/null', file] },
  {
    name: 'print --canonical',
    command: (file) => [...TME_BOX, 'print', '--canonical', '-o', '/dev/null', file],
  },
  { name: 'instrument', command: (file) => [...TME_BOX, 'instrument', '-o', '/dev/null', file] },
];

/** One run of a process; seconds and bytes. */
interface Sample {
  readonly wall: number;
  /** User and system time of all threads. */
  readonly processor: number;
  readonly peakMemory: number;
}

interface Row {
  readonly file: string;
  readonly megabytes: number;
  readonly tool: string;
  readonly wall: number;
  readonly processor: number;
  readonly peakMebibytes: number;
  readonly megabytesPerSecond: number;
}

const [, , runs = '3', ...named] = process.argv;
const rows: Row[] = [];
for (const file of named.length > 0 ? named : await corpus()) {
  for (const tool of TOOLS) rows.push(await measure(file, tool, Number(runs)));
}
mkdirSync(join(ROOT, 'build/bench'), { recursive: true });
writeFileSync(join(ROOT, 'build/bench/ir.json'), `${JSON.stringify(rows, undefined, 2)}\n`);
print(rows);

/** SQLite at -O0, -O2 and -O2 -g. */
async function corpus(): Promise<string[]> {
  const source = amalgamation();
  mkdirSync(FOLDER, { recursive: true });
  const files: string[] = [];
  for (const flags of [['-O0'], ['-O2'], ['-O2', '-g']]) {
    const file = join(FOLDER, `sqlite3${flags.join('')}.ll`);
    if (!existsSync(file)) {
      const { status, stderr } = await run({
        program: 'clang-22',
        arguments: [...flags, '-w', '-S', '-emit-llvm', source, '-o', file],
      });
      if (status !== 0) throw new Error(stderr.toString());
    }
    files.push(file);
  }
  return files;
}

function amalgamation(): string {
  const built = join(ROOT, 'build/programs/sqlite');
  const folders = existsSync(built) ? readdirSync(built) : [];
  const found = folders
    .map((folder) => join(built, folder, 'sqlite3.c'))
    .find((file) => existsSync(file));
  if (found === undefined) throw new Error("no sqlite3.c: run 'make programs', or name files");
  return found;
}

async function measure(file: string, tool: Tool, count: number): Promise<Row> {
  const samples: Sample[] = [];
  for (let index = 0; index < count; index++) samples.push(await sample(tool.command(file)));
  const megabytes = statSync(file).size / 1e6;
  const wall = median(samples.map((each) => each.wall));
  return {
    file: basename(file),
    megabytes,
    tool: tool.name,
    wall,
    processor: median(samples.map(({ processor }) => processor)),
    peakMebibytes: Math.max(...samples.map(({ peakMemory }) => peakMemory)) / 2 ** 20,
    megabytesPerSecond: megabytes / wall,
  };
}

/** Runs a command to its end; the kernel's counters are read while it runs, the last time just before. */
async function sample([program = '', ...words]: readonly string[]): Promise<Sample> {
  const start = performance.now();
  const child = spawn(program, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  let processor = 0;
  let peakMemory = 0;
  const timer = setInterval(() => {
    const state = `/proc/${child.pid ?? 0}`;
    try {
      const fields = readFileSync(`${state}/stat`, 'latin1').split(') ')[1]?.split(' ') ?? [];
      processor = Math.max(processor, Number(fields[11] ?? 0) + Number(fields[12] ?? 0));
      const high = /VmHWM:\s+(\d+) kB/.exec(readFileSync(`${state}/status`, 'latin1'))?.[1];
      peakMemory = Math.max(peakMemory, Number(high ?? 0) * 1024);
    } catch {
      // It ended between the two readings.
    }
  }, POLL_MILLISECONDS);
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('exit', resolve);
  }).finally(() => {
    clearInterval(timer);
  });
  if (status !== 0)
    throw new Error(`${program} ${words.join(' ')}: exits ${status ?? 'by a signal'}`);
  const wall = (performance.now() - start) / 1000;
  return { wall, processor: processor / CLOCK_TICKS_PER_SECOND, peakMemory };
}

function print(all: readonly Row[]): void {
  const line = (cells: readonly string[]): string =>
    cells.map((cell, index) => (index < 2 ? cell.padEnd(20) : cell.padStart(10))).join('');
  const text = [line(['file', 'tool', 'wall s', 'cpu s', 'MB/s', 'MiB'])];
  for (const row of all) {
    const { wall, processor, megabytesPerSecond, peakMebibytes } = row;
    const numbers = [wall.toFixed(2), processor.toFixed(2), megabytesPerSecond.toFixed(1)];
    text.push(line([row.file, row.tool, ...numbers, peakMebibytes.toFixed(0)]));
  }
  process.stdout.write(`${text.join('\n')}\n`);
}
