import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from '../programs/build.js';
import { sqlite } from '../programs/recipes/sqlite.js';
import { ROOT } from '../programs/toolchain.js';
import { metered } from './measure.js';
import { median } from './statistics.js';
import { BENCH } from './workload.js';

/** What `tme-box verify` takes for SQLite with its libc, the process's start included. */
export interface VerifierSpeed {
  /** Bytes of code. */
  readonly code: number;
  /** Seconds of processor time of all threads, a median. */
  readonly processor: number;
  readonly megabytesPerSecond: number;
  /** Bytes. */
  readonly peakMemory: number;
}

const RUNS = 3;

/** Verifies SQLite's shell, level code+data. @throws Error when it cannot be built or is refused */
export async function verifierSpeed(): Promise<VerifierSpeed> {
  const built = await build(
    sqlite,
    { kind: 'sandboxed', clang: 22, isolation: 'code+data', lowering: 'addr32' },
    '-O2',
  );
  if (built.kind === 'failed') throw new Error(built.log);
  const output = join(BENCH, 'verify-output');
  const command = [join(ROOT, 'bin/tme-box'), 'verify', join(built.directory, 'sqlite3')];
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
    megabytesPerSecond: code / 1e6 / seconds,
    peakMemory: Math.max(...peaks),
  };
}
