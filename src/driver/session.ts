/** What every step of one run of the driver needs. */

import { writeFileSync } from 'node:fs';
import { asBytes } from '../text/bytes.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { SourceText } from '../text/source.js';
import type { Installation } from './installation.js';
import type { TbxOptions } from './options.js';
import type { Command } from './plan.js';
import { type Exit, FAILURE, run, SUCCESS } from './process.js';
import { readBytes } from './read-bytes.js';
import type { Toolchain } from './toolchain.js';
import type { Workspace } from './workspace.js';

/** What the driver is given by the command line. */
export interface Reporter {
  /** Shows a diagnostic to the user. */
  readonly report: (diagnostic: Diagnostic) => void;
  /** Shows a line of progress or explanation, without its newline. */
  readonly say: (line: string) => void;
}

export interface Session {
  readonly options: TbxOptions;
  readonly tools: Toolchain;
  readonly where: Installation;
  readonly workspace: Workspace;
  readonly reporter: Reporter;
  /** Print each step before it is run. */
  readonly verbose: boolean;
}

/** Reports all of `diagnostics` and says whether one of them is an error. */
export function reportAll(reporter: Reporter, diagnostics: readonly Diagnostic[]): boolean {
  for (const diagnostic of diagnostics) reporter.report(diagnostic);
  return diagnostics.some(({ severity }) => severity === 'error');
}

/** An error of the driver's own, without a place in a text. */
export function problem(code: Diagnostic['code'], message: string): Diagnostic {
  return { code, severity: 'error', message, notes: [] };
}

/** The words of a command as a shell would take them. */
export function shellWords(command: Command): string {
  return [command.program, ...command.args]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`))
    .join(' ');
}

/** Runs one step with our standard streams, or only shows it when that is all that was asked for. */
export async function step(session: Session, command: Command): Promise<Exit> {
  if (session.verbose || session.options.explain) session.reporter.say(` ${shellWords(command)}`);
  if (session.options.explain) return SUCCESS;
  const exit = await run(command);
  if (exit.kind === 'absent') {
    const message = `cannot run '${command.program}': ${exit.reason}; 'tme-box doctor' says what is missing`;
    session.reporter.report(problem('TBX0804', message));
    return FAILURE;
  }
  return exit;
}

/**
 * A file as text, one character a byte. `shown` is the name for messages.
 *
 * @throws see {@link readBytes}
 */
export function readSource(path: string, shown: string): SourceText {
  return new SourceText(shown, readBytes(path).toString('latin1'));
}

/** Writes what is one character a byte, but for names. */
export function writeText(path: string, text: string): void {
  writeFileSync(path, asBytes(text), 'latin1');
}
