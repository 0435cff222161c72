/**
 * `make verifier-mutants SEED=1 N=200`: N images of programs that `make programs` built, with a change in each function
 * as far as the verifier accepts that; the changed functions are called with registers at random, one instruction at a
 * time, and the processor is compared with what the analysis claims. Options: --seed= --count= --only=PART of a name,
 * --way=PART of a build's.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { imageIn } from '../../../src/verify/image/container.js';
import { loadIced } from '../../../src/verify/image/iced.js';
import { mutantTrial, type MutantTally, type Original, readOriginal } from './mutant-trial.js';
import { buildNative } from './native.js';
import { realPrograms } from './subjects.js';

/** Problems that are shown of each image. */
const MOST_SHOWN = 8;

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string', default: '200' },
    only: { type: 'string', default: '' },
    way: { type: 'string', default: 'clang-22' },
  },
});

const sums = { tried: 0, accepted: 0, calls: 0, steps: 0, claims: 0, problems: 0 };

function report(name: string, tally: MutantTally): void {
  const { tried, accepted, steps, claims, ends, problems, lines } = tally;
  sums.tried += tried;
  sums.accepted += accepted;
  sums.calls += ends.length;
  sums.steps += steps;
  sums.claims += claims;
  sums.problems += problems.length;
  console.log(
    `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${accepted} of ${tried} changes accepted, ${steps} steps in ${ends.length} calls, ${claims} claims`,
  );
  for (const line of lines.slice(0, MOST_SHOWN)) console.log(`     ${line}`);
}

async function main(): Promise<number> {
  const iced = await loadIced();
  const folder = mkdtempSync(join(tmpdir(), 'tbx-mutants-'));
  try {
    const stepper = await buildNative('stepping/stepper', folder);
    const programs: string[] = [];
    // With level `data` a call through a register may go anywhere.
    for await (const { name, program } of realPrograms(folder, options.way, options.only))
      if (name.includes('code+data')) programs.push(program);
    if (programs.length === 0) throw new Error('no program is built: make programs');
    const originals = new Map<string, Original>();
    const first = Number(options.seed);
    for (let seed = first; seed < first + Number(options.count); seed++) {
      const path = programs[seed % programs.length] ?? '';
      const original = originals.get(path) ?? readOriginal(iced, imageIn(readFileSync(path)));
      originals.set(path, original);
      const name = `seed ${seed} ${path.split('/').slice(-3).join('/')}`;
      report(name, mutantTrial(iced, stepper, folder, original, seed));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  const { tried, accepted, calls, steps, claims, problems } = sums;
  console.log(
    `${accepted} of ${tried} changes accepted, ${calls} calls, ${steps} steps, ${claims} claims, ${problems} false`,
  );
  return problems === 0 ? 0 : 1;
}

process.exitCode = await main();
