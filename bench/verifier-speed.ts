import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { build } from '../programs/build.js';
import { must } from '../programs/process.js';
import { sqlite } from '../programs/recipes/sqlite.js';
import { ROOT } from '../programs/toolchain.js';
import { prove } from '../src/verify/prove.js';
import { metered } from './measure.js';
import { median } from './statistics.js';
import { BENCH } from './workload.js';

/** What `tme-box verify` takes for SQLite with its libc, the process's start included. */
export interface VerifierSpeed {
  /** Bytes of code. */
  readonly code: number;
  /** Seconds by the clock, with all cores there are; a median. */
  readonly elapsed: number;
  /** Seconds of processor time of all threads, a median. */
  readonly processor: number;
  /** By processor time. */
  readonly megabytesPerSecond: number;
  /** The same of a process that has verified the image before, the median of some times. */
  readonly steadyMegabytesPerSecond: number;
  /** Bytes. */
  readonly peakMemory: number;
}

const RUNS = 5;
/** In one process: by then V8 has optimised what is hot. */
const WARM_UPS = 4;

/** Verifies SQLite's shell, level code+data. @throws Error when it cannot be built or is refused */
export async function verifierSpeed(): Promise<VerifierSpeed> {
  const built = await build(
    sqlite,
    { kind: 'sandboxed', clang: 22, isolation: 'code+data', lowering: 'addr32' },
    '-O2',
  );
  if (built.kind === 'failed') throw new Error(built.log);
  const output = join(BENCH, 'verify-output');
  const image = join(built.directory, 'sqlite3');
  const command = [join(ROOT, 'bin/tme-box'), 'verify', image];
  const processor: number[] = [];
  const peaks: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const { user, system, peakMemory } = await metered('/dev/null', output, command);
    processor.push(user + system);
    peaks.push(peakMemory);
  }
  const said = await readFile(output, 'latin1');
  const code = Number(/in (\d+) bytes/.exec(said)?.[1]);
  if (!(code > 0)) throw new Error(`tme-box verify does not say how much code it read: ${said}`);
  const seconds = median(processor);
  return {
    code,
    processor: seconds,
    elapsed: await elapsedSeconds(command),
    megabytesPerSecond: code / 1e6 / seconds,
    steadyMegabytesPerSecond: code / 1e6 / (await steadySeconds(image)),
    peakMemory: Math.max(...peaks),
  };
}

/** How long one waits for it: V8's compiler has threads of its own, which the meter keeps on the same core. */
async function elapsedSeconds(command: readonly string[]): Promise<number> {
  const [program = '', ...words] = command;
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = process.hrtime.bigint();
    await must({ program, arguments: words });
    times.push(Number(process.hrtime.bigint() - start) / 1e9);
  }
  return median(times);
}

/** Processor time of all threads for an image that this process has verified before. */
async function steadySeconds(image: string): Promise<number> {
  const bytes = await readFile(image);
  const times: number[] = [];
  for (let run = 0; run < WARM_UPS + RUNS; run++) {
    const before = process.cpuUsage();
    await prove(bytes, image);
    const { user, system } = process.cpuUsage(before);
    if (run >= WARM_UPS) times.push((user + system) / 1e6);
  }
  return median(times);
}
