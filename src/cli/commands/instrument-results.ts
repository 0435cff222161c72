/** Which results `tme-box instrument` makes of several modules, and whether a folder holds them already. */

import fsExtra from 'fs-extra';
import { basename, join } from 'node:path';
import { problem } from '../../driver/session.js';
import type { Diagnostic } from '../../text/diagnostic.js';
import { isFolder, modulesBelow } from '../module-files.js';

/** A module, and the file for its result. */
export interface PlannedResult {
  readonly input: string;
  readonly output: string;
}

/** What instrumented modules are called: folders of modules may hold them, too. */
const ENDING = '.tbx.ll';

const resultName = (input: string): string => input.replace(/\.ll$/, '') + ENDING;

/** The results of modules and of those below folders, whose names they keep. */
export function plannedResults(
  inputs: readonly string[],
  folder: string,
): readonly PlannedResult[] {
  return inputs.flatMap((input) =>
    isFolder(input)
      ? modulesBelow(input)
          .filter((name) => !name.endsWith(ENDING))
          .map((name) => ({ input: join(input, name), output: join(folder, resultName(name)) }))
      : { input, output: join(folder, resultName(basename(input))) },
  );
}

/** Results that would overwrite each other. */
export function collisions(results: readonly PlannedResult[]): readonly Diagnostic[] {
  const inputs = new Map<string, string>();
  return results.flatMap(({ input, output }) => {
    const other = inputs.get(output);
    inputs.set(output, other ?? input);
    const message = `${String(other)} and ${input} would both be ${output}`;
    return other === undefined ? [] : problem('TBX0821', message);
  });
}

/** How the file of a result differs from it. */
export function staleness(
  { input, output }: PlannedResult,
  result: Uint8Array,
): Diagnostic | undefined {
  if (!fsExtra.existsSync(output)) {
    return problem('TBX0822', `${output} is missing: it is what ${input} gives`);
  }
  const there = fsExtra.readFileSync(output);
  if (there.equals(result)) return undefined;
  const line = firstDifferentLine(there, result);
  return problem(
    'TBX0822',
    `${output} is stale: from line ${line} on, ${input} gives something else`,
  );
}

const NEWLINE = 10;

function firstDifferentLine(old: Uint8Array, fresh: Uint8Array): number {
  let line = 1;
  for (const [at, byte] of old.entries()) {
    if (byte !== fresh[at]) break;
    if (byte === NEWLINE) line++;
  }
  return line;
}

/** Instrumented modules in `folder` that are no result. */
export function leftovers(
  results: readonly PlannedResult[],
  folder: string,
): readonly Diagnostic[] {
  if (!isFolder(folder)) return [];
  const outputs = new Set(results.map(({ output }) => output));
  return modulesBelow(folder)
    .map((name) => join(folder, name))
    .filter((path) => path.endsWith(ENDING) && !outputs.has(path))
    .map((path) => problem('TBX0822', `${path} is not the result of any of these modules`));
}
