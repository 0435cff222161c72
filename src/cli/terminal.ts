/** What all commands share: where messages go, and how a process ends. */

import { constants } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileProblem } from '../driver/file-problem.js';
import type { Exit } from '../driver/process.js';
import { TooLargeError } from '../driver/read-bytes.js';
import type { Reporter } from '../driver/session.js';
import { formatDiagnostic } from '../text/diagnostic.js';
import { InternalError } from '../text/internal-error.js';
import { printable } from '../text/printable.js';

/** The folder of the package: the bundles are one level below it. */
export const PACKAGE_ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/** Exit codes of `tme-box`, besides 3 for what the verifier refuses; the compiler wrapper gives the code of the compiler. */
export const EXIT = { done: 0, input: 1, usage: 2, internal: 70 } as const;

/** Whether messages on standard error may have colours. */
export function useColor(): boolean {
  if (process.env['NO_COLOR'] !== undefined && process.env['NO_COLOR'] !== '') return false;
  return process.stderr.isTTY || process.env['FORCE_COLOR'] !== undefined;
}

/** Messages go to standard error: standard output is for results. */
export function terminalReporter(): Reporter {
  const color = useColor();
  return {
    report: (diagnostic) => {
      process.stderr.write(formatDiagnostic(diagnostic, { color }));
    },
    say: (line) => {
      process.stderr.write(`${line}\n`);
    },
  };
}

/** Ends this process as `exit` says; a signal that ended a child ends us too, so that make sees it. */
export function leave(exit: Exit): void {
  switch (exit.kind) {
    case 'code':
      process.exitCode = exit.code;
      return;
    case 'signal':
      process.exitCode = 128 + constants.signals[exit.signal];
      process.kill(process.pid, exit.signal);
      return;
    case 'absent':
      process.stderr.write(`tme-box: ${exit.reason}\n`);
      process.exitCode = EXIT.input;
  }
}

/** Runs a command to its end; an error that nothing below reports is shown as ours, or as the system's. */
export async function main(command: () => Promise<Exit>): Promise<void> {
  try {
    leave(await command());
  } catch (error) {
    leave({ kind: 'code', code: explainFailure(error) });
  }
}

function explainFailure(error: unknown): number {
  if (error instanceof TooLargeError || (error instanceof Error && 'syscall' in error)) {
    const { code, message } = fileProblem(error);
    process.stderr.write(`tme-box: error: ${printable(message)} [${code}]\n`);
    return EXIT.input;
  }
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const kind = error instanceof InternalError ? 'internal error' : 'unexpected error';
  process.stderr.write(`tme-box: ${kind}, which is a fault of this tool: ${trace}\n`);
  return EXIT.internal;
}
