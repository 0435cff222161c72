/** What yargs lets pass of the values of options: lists, where one value is meant, and any number. */

import { UsageError } from '../usage-error.js';
import type { CommandSpec } from './spec.js';

/** @throws UsageError */
export function checkValues(
  { options }: CommandSpec,
  values: Readonly<Record<string, unknown>>,
): void {
  for (const [name, { array, range }] of Object.entries(options)) {
    const value = values[name];
    if (array !== true && Array.isArray(value)) throw new UsageError(`--${name} is given twice.`);
    if (range === undefined || value === undefined) continue;
    const [least, most] = range;
    if (!Number.isInteger(value) || Number(value) < least || Number(value) > most)
      throw new UsageError(`--${name} is a whole number from ${least} to ${most}.`);
  }
}
