import { parseModule, printModuleCanonical } from '../../ir/index.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { readInput, writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';

/**
 * `tme-box print`: parses a module and prints it. With `canonical` the text comes from the tree alone; otherwise it
 * is the text that came in, once it is known to parse.
 */
export function printCommand(file: string, output: string, canonical: boolean): Exit {
  const source = readInput(file);
  const reporter = terminalReporter();
  const parsed = parseModule(source);
  if (reportAll(reporter, parsed.diagnostics) || parsed.value === undefined) return FAILURE;
  const printed = printModuleCanonical(parsed.value);
  if (reportAll(reporter, printed.diagnostics) || printed.value === undefined) return FAILURE;
  writeResult(output, canonical ? printed.value : source.text);
  return SUCCESS;
}
