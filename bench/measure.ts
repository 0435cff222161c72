import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { must, run } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { BENCH, type Workload } from './workload.js';

/** One run, with the hash of what it printed. */
export interface Sample extends Metered {
  readonly output: string;
}

const METER = join(BENCH, 'meter');
/** The last core: interrupts and everything else on a machine prefer the first. */
const CORE = String(cpus().length - 1);

/** Builds the meter, which pins a program to a core and reads its user time. */
export async function buildMeter(): Promise<void> {
  const source = join(ROOT, 'bench/meter.c');
  await must({ program: 'clang-22', arguments: ['-O2', source, '-o', METER] });
}

/** What the meter says of one run: seconds, and bytes of memory at the most. */
export interface Metered {
  readonly user: number;
  readonly system: number;
  readonly wall: number;
  readonly peakMemory: number;
}

/** Runs a command under the meter, its output to a file. @throws Error if it ends badly */
export async function metered(
  input: string,
  output: string,
  command: readonly string[],
): Promise<Metered> {
  // Programs of the lowering `ir` are not verified (programs/toolchain.ts).
  const environment = { TBX_ACCEPT_UNVERIFIED: '1' };
  const { stdout, stderr } = await run({
    program: METER,
    arguments: [CORE, input, output, ...command],
    directory: ROOT,
    environment,
  });
  const [
    status,
    user = Number.NaN,
    system = Number.NaN,
    wall = Number.NaN,
    kibibytes = Number.NaN,
  ] = stdout.toString().split(' ').map(Number);
  if (status !== 0) throw new Error(`exits ${status ?? '?'}: ${stderr.toString('latin1')}`);
  return { user, system, wall, peakMemory: kibibytes * 1024 };
}

/** Runs an executable of `workload` once. @throws Error if it ends badly */
export async function sample(workload: Workload, executable: string): Promise<Sample> {
  const output = join(BENCH, 'output');
  const times = await metered(workload.input, output, [executable, ...workload.arguments]);
  const hash = createHash('sha256')
    .update(await readFile(output))
    .digest('hex');
  return { ...times, output: hash };
}
