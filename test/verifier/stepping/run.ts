/**
 * `make verifier-programs`: runs programs in their sandboxes one instruction at a time, and compares the processor with
 * what the analysis claims of each instruction. Options: --only=PART of a name, --way=PART of a build's, --steps=N for
 * each run, --samples=N visits of each instruction.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadIced } from '../../../src/verify/image/iced.js';
import { buildNative } from './native.js';
import type { Tally } from './records.js';
import { stepSubject } from './step-subject.js';
import { realPrograms, smallPrograms } from './subjects.js';
import type { Sampling } from './table.js';

/** Problems that are shown of each run. */
const MOST_SHOWN = 5;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    way: { type: 'string', default: 'clang-22' },
    steps: { type: 'string', default: '1000000' },
    samples: { type: 'string', default: '8' },
  },
});

const sampling: Sampling = {
  samples: Number(options.samples),
  mostSteps: Number(options.steps),
};

class Report {
  #steps = 0;
  #claims = 0;
  #problems = 0;
  #runs = 0;

  add(name: string, tally: Tally, place: (at: number) => string): void {
    const { steps, states, claims, executed, ends, problems } = tally;
    this.#runs++;
    this.#steps += steps;
    this.#claims += claims;
    this.#problems += problems.length;
    console.log(
      `${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}: ${steps} steps of ${executed.size} instructions, ${states} states, ${claims} claims, ends ${ends.join()}`,
    );
    for (const { at, message } of problems.slice(0, MOST_SHOWN))
      console.log(`     ${place(at)}: ${message}`);
  }

  end(): number {
    console.log(
      `${this.#runs} runs, ${this.#steps} steps, ${this.#claims} claims, ${this.#problems} false`,
    );
    return this.#problems === 0 && this.#runs > 0 ? 0 : 1;
  }
}

async function main(): Promise<number> {
  const iced = await loadIced();
  const folder = mkdtempSync(join(tmpdir(), 'tbx-stepping-'));
  const report = new Report();
  try {
    const tracer = await buildNative('stepping/tracer', folder);
    const { only, way } = options;
    for (const subjects of [smallPrograms(folder, only), realPrograms(folder, way, only)]) {
      for await (const subject of subjects) {
        const uses = stepSubject(iced, tracer, folder, subject, sampling);
        for await (const { tally, place } of uses) report.add(subject.name, tally, place);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return report.end();
}

process.exitCode = await main();
