/** Runs a program or image in a sandbox by the native runner. */

import { existsSync } from 'node:fs';
import { backTrace } from './back-trace.js';
import type { Installation } from './installation.js';
import { type Exit, FAILURE, run } from './process.js';
import { problem, type Reporter } from './session.js';
import { Workspace } from './workspace.js';

/** Calls the runner with its own words (`[OPTIONS] [--] PROGRAM ARGUMENTS`). */
export async function runSandboxed(
  where: Installation,
  words: readonly string[],
  reporter: Reporter,
): Promise<Exit> {
  if (existsSync(where.runner)) return runAndExplain(where.runner, words, reporter);
  const message = `there is no ${where.runner}; run 'make' in the tme-box folder`;
  reporter.report(problem('TBX0805', message));
  return FAILURE;
}

/** What the runner ends with when it has stopped a program. */
const STOPPED = 126;

/** A program that was stopped is shown where it stood in its source, as far as it has debug information. */
async function runAndExplain(
  runner: string,
  words: readonly string[],
  reporter: Reporter,
): Promise<Exit> {
  const workspace = new Workspace();
  try {
    const asked = words.slice(0, programIndex(words)).findLast((word) => word.startsWith(REPORT));
    const report = asked?.slice(REPORT.length) ?? workspace.file('.json');
    const args = asked === undefined ? [`${REPORT}${report}`, ...words] : words;
    const exit = await run({ program: runner, args });
    const program = words[programIndex(words)];
    const stopped = exit.kind === 'code' && exit.code === STOPPED;
    if (stopped && program !== undefined) {
      for (const line of await backTrace(report, program)) reporter.say(line);
    }
    return exit;
  } finally {
    workspace.remove();
  }
}

const REPORT = '--report=';

/** Where the runner finds the program's name among its words. */
function programIndex(words: readonly string[]): number {
  const first = words.findIndex((word) => word === '--' || !/^--./.test(word));
  return words[first] === '--' ? first + 1 : first;
}
