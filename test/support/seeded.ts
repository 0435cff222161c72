import { parseArgs } from 'node:util';

/** What programs of random trials are told: where to begin, and how many. */
export interface Seeded {
  readonly seed: number;
  readonly count: number;
}

/** Reads `--seed=` and `--count=`. @throws TypeError for anything else */
export function readSeeded(words: readonly string[]): Seeded {
  const { values } = parseArgs({
    args: [...words],
    options: {
      seed: { type: 'string', default: '1' },
      count: { type: 'string', default: '200' },
    },
  });
  return { seed: Number(values.seed), count: Number(values.count) };
}
