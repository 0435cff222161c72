import { installation } from '../../driver/installation.js';
import type { Exit } from '../../driver/process.js';
import { runSandboxed } from '../../driver/runner.js';
import { commandHelp } from '../command-table/help.js';
import { RUN } from '../command-table/programs.js';
import { writeResult } from '../streams.js';
import { EXIT, PACKAGE_ROOT, terminalReporter } from '../terminal.js';

/** `tme-box run`: what comes after it is the runner's and the program's, and is not looked at here. */
export async function runCommand(words: readonly string[]): Promise<Exit> {
  if (words.length === 0) {
    process.stderr.write(commandHelp(RUN));
    return { kind: 'code', code: EXIT.usage };
  }
  if (words[0] === '--help' || words[0] === '-h') {
    writeResult('-', commandHelp(RUN));
    return { kind: 'code', code: EXIT.done };
  }
  return runSandboxed(installation(PACKAGE_ROOT), words, terminalReporter());
}
