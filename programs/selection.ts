import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { isChosen } from './options.js';
import type { Recipe } from './recipe.js';
import { recipes } from './recipes/index.js';
import { CLANGS, ISOLATIONS, type Toolchain } from './toolchain.js';

/** A way to build a program for the sandbox. */
export interface Cell {
  readonly toolchain: Extract<Toolchain, { kind: 'sandboxed' }>;
  readonly optimisation: string;
}

/** What a command line chose of all programs and ways to build them. */
export interface Selection {
  readonly programs: readonly Recipe[];
  readonly cells: readonly Cell[];
  /** How many are worked on at a time. */
  readonly jobs: number;
  readonly verbose: boolean;
}

const MANY = { type: 'string', multiple: true } as const;
const OPTIONS = {
  program: MANY,
  clang: MANY,
  opt: MANY,
  isolate: MANY,
  lowering: { type: 'string', default: 'addr32' },
  jobs: { type: 'string' },
  verbose: { type: 'boolean', default: false },
} as const;

/** Reads --program= --clang= --opt= --isolate= --lowering= --jobs= --verbose; the first four may be given several times. */
export function select(words: readonly string[], optimisations: readonly string[]): Selection {
  const { values } = parseArgs({ args: [...words], options: OPTIONS });
  const lowering = values.lowering === 'ir' ? 'ir' : 'addr32';
  const cells = CLANGS.filter((clang) => isChosen(values.clang, String(clang))).flatMap((clang) =>
    optimisations
      .filter((level) => isChosen(values.opt, level))
      .flatMap((optimisation) =>
        ISOLATIONS.filter((isolation) => isChosen(values.isolate, isolation)).map((isolation) => ({
          toolchain: { kind: 'sandboxed', clang, isolation, lowering } as const,
          optimisation,
        })),
      ),
  );
  return {
    programs: recipes.filter(({ name }) => isChosen(values.program, name)),
    cells,
    jobs: Math.max(1, Number(values.jobs ?? cpus().length)),
    verbose: values.verbose,
  };
}
