/** `make verifier-property SEED=… N=…`: N images of random functions, and joins and stores; see property.test.ts. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import type { Tally } from './comparison.js';
import { runJoins } from './joins.js';
import { runPrograms } from './programs.js';
import { Random } from '../../support/random.js';
import { readSeeded } from '../../support/seeded.js';
import { buildNative } from '../stepping/native.js';
import { runTrial } from './trial.js';
import { runStores } from './words.js';

const FUNCTIONS = 40;
const PROGRAMS = 40;
const RUNS = 6;
const PROGRAM_RUNS = 3;
/** Series of joins, and of stores, for each image. */
const SERIES = 500;
const DETAILS = ['full', 'coarse', 'halves', 'full'] as const;
/** Of another length than the details, so that all meet. */
const SUBJECTS = ['values', 'stack', 'values'] as const;

async function main(words: readonly string[]): Promise<number> {
  const { seed, count } = readSeeded(words);
  const iced = await loadIced();
  const folder = mkdtempSync(join(tmpdir(), 'tbx-property-'));
  const programs = { functions: 0, refused: 0, steps: 0, claims: 0, problems: 0 };
  const sums = { functions: 0, refused: 0, steps: 0, claims: 0, problems: 0 };
  let falseSeries = 0;
  const byKind = new Map<number, number>();
  try {
    const stepper = await buildNative('property/stepper', folder);
    for (let trial = seed; trial < seed + count; trial++) {
      const detail = DETAILS[trial % DETAILS.length] ?? 'full';
      const tally = runTrial(iced, stepper, {
        seed: trial,
        functions: FUNCTIONS,
        runs: RUNS,
        detail,
        subject: SUBJECTS[trial % SUBJECTS.length] ?? 'values',
      });
      for (const problem of tally.problems.slice(0, 3)) console.log(`FAIL ${detail} ${problem}`);
      add(sums, tally);
      falseSeries += series(trial);
      add(programs, runProgramTrial(iced, stepper, trial));
      for (const [kind, times] of tally.byKind) byKind.set(kind, (byKind.get(kind) ?? 0) + times);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const kinds = [...byKind].sort(([a], [b]) => a - b).map(([kind, times]) => `${kind}: ${times}`);
  console.log(`claims by kind: ${kinds.join(', ')}`);
  console.log(described('functions', sums));
  console.log(described('programs', programs));
  console.log(`${SERIES * count} series of joins and of stores, ${falseSeries} false`);
  return sums.problems + programs.problems + falseSeries === 0 ? 0 : 1;
}

interface Sums {
  functions: number;
  refused: number;
  steps: number;
  claims: number;
  problems: number;
}

function add(sums: Sums, tally: Tally): void {
  sums.functions += tally.functions;
  sums.refused += tally.refused;
  sums.steps += tally.steps;
  sums.claims += tally.claims;
  sums.problems += tally.problems.length;
}

function described(subject: string, sums: Readonly<Sums>): string {
  const { functions, refused, steps, claims, problems } = sums;
  return `${functions} ${subject}, ${refused} refused, ${steps} steps, ${claims} claims, ${problems} false`;
}

function runProgramTrial(iced: Iced, stepper: string, seed: number): Tally {
  const detail = seed % 4 === 0 ? 'coarse' : 'full';
  const tally = runPrograms(iced, stepper, {
    seed,
    programs: PROGRAMS,
    runs: PROGRAM_RUNS,
    detail,
  });
  for (const problem of tally.problems.slice(0, 3)) console.log(`FAIL programs ${problem}`);
  return tally;
}

/** How many series of joins, and of stores, were false. */
function series(trial: number): number {
  let count = 0;
  for (let seed = trial * SERIES; seed < (trial + 1) * SERIES; seed++) {
    const problem =
      runJoins(new Random(seed), seed % 4 === 0 ? 'halves' : 'full') ?? runStores(new Random(seed));
    if (problem === undefined) continue;
    count++;
    console.log(`FAIL series of seed ${seed}: ${problem}`);
  }
  return count;
}

process.exitCode = await main(process.argv.slice(2));
