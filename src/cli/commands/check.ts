import { checkModule } from '../../check/index.js';
import { parseModule } from '../../ir/index.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { readInput } from '../streams.js';
import { terminalReporter } from '../terminal.js';

/** `tme-box check`: says of each module whether LLVM would take it, and where not. */
export function checkCommand(files: readonly string[]): Exit {
  let failed = false;
  for (const file of files) failed = checkFile(file) || failed;
  return failed ? FAILURE : SUCCESS;
}

/** Whether something is wrong with a file. */
function checkFile(file: string): boolean {
  const reporter = terminalReporter();
  const { value: module, diagnostics } = parseModule(readInput(file));
  if (reportAll(reporter, diagnostics) || module === undefined) return true;
  return reportAll(reporter, checkModule(module));
}
