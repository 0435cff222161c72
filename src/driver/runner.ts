/** Runs a program or image in a sandbox by the native runner. */

import { existsSync } from 'node:fs';
import type { Installation } from './installation.js';
import { type Exit, FAILURE, run } from './process.js';
import { problem, type Reporter } from './session.js';

/** Calls the runner with its own words (`[OPTIONS] [--] PROGRAM ARGUMENTS`). */
export async function runSandboxed(
  where: Installation,
  words: readonly string[],
  reporter: Reporter,
): Promise<Exit> {
  if (existsSync(where.runner)) return run({ program: where.runner, args: words });
  const message = `there is no ${where.runner}; run 'make' in the tme-box folder`;
  reporter.report(problem('TBX0805', message));
  return FAILURE;
}
