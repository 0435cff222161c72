import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isChosen } from './options.js';
import { pooled, run } from './process.js';
import { csmithTrial } from './random/csmith.js';
import { stressTrial } from './random/stress.js';
import type { Trial, Verdict } from './random/trial.js';
import { BUILD } from './toolchain.js';

/**
 * `make test-random SEED=… N=…`: N random C programs (csmith) and N random modules (llvm-stress), seeds SEED,
 * SEED + 1, … A failing seed keeps its folder under build/random and prints the line that runs it again.
 */
const KINDS = ['csmith', 'stress'] as const;

function runTrial({ kind, seed }: Trial): Promise<Verdict> {
  const directory = join(BUILD, 'random', `${kind}-${seed}`);
  switch (kind) {
    case 'csmith':
      return csmithTrial(seed, directory);
    case 'stress':
      return stressTrial(seed, directory);
  }
}

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string' },
      count: { type: 'string' },
      only: { type: 'string', multiple: true },
    },
  });
  // Make hands on what its user left empty.
  const first = Number(values.seed || 1);
  const count = Number(values.count || 200);
  const kinds = KINDS.filter((kind) => isChosen(values.only, kind));
  const csmith = await run({
    program: 'csmith',
    arguments: ['--version'],
    // Whatever it is asked, csmith writes a file into the folder that it runs in.
    directory: tmpdir(),
  });
  if (csmith.status !== 0 && kinds.includes('csmith')) {
    console.error('csmith is missing; install it with: apt-get install csmith libcsmith-dev');
    return 2;
  }
  const trials = kinds.flatMap((kind) =>
    Array.from({ length: count }, (_, i): Trial => ({ kind, seed: first + i })),
  );
  const tally = new Map<string, number>();
  await pooled(trials, cpus().length, async (trial) => {
    const verdict = await runTrial(trial);
    const key = `${trial.kind} ${verdict.kind}`;
    tally.set(key, (tally.get(key) ?? 0) + 1);
    if (verdict.kind === 'failed') {
      console.log(`FAIL ${trial.kind} seed ${trial.seed}: ${verdict.reason}`);
      console.log(`  again: make test-random SEED=${trial.seed} N=1`);
    }
    if (verdict.kind === 'skipped') {
      console.log(`SKIPPED ${trial.kind} seed ${trial.seed}: ${verdict.reason}`);
    }
  });
  for (const [key, number] of [...tally].sort()) console.log(`${key}: ${number}`);
  const total = (kind: Verdict['kind']): number =>
    KINDS.reduce((sum, name) => sum + (tally.get(`${name} ${kind}`) ?? 0), 0);
  const skipped = total('skipped');
  const tail = skipped === 0 ? '' : `, ${skipped} skipped`;
  console.log(`${total('passed')} passed, ${total('failed')} failed${tail}`);
  return total('failed') === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
