import { instrument, type InstrumentOptions } from '../../passes/pipeline.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { readInput, writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';

/** `tme-box instrument`: one module in, one module out. */
export function instrumentCommand(file: string, output: string, options: InstrumentOptions): Exit {
  const { text, diagnostics } = instrument(readInput(file), options);
  if (reportAll(terminalReporter(), diagnostics) || text === undefined) return FAILURE;
  writeResult(output, text);
  return SUCCESS;
}
