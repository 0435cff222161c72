import { instrumentOnThreads } from '../../driver/instrument-threads.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { instrumentPieces, type InstrumentOptions } from '../../passes/pipeline.js';
import { SourceText } from '../../text/source.js';
import { readBytes, writePieces } from '../large-files.js';
import { terminalReporter } from '../terminal.js';

/** More threads need more memory, each for the whole module's tables, and have less to do. */
const MAXIMUM_THREADS = 8;

/**
 * `tme-box instrument`: one module in, one module out.
 *
 * @param threads how many threads work on it: each reads the whole module and warms up on its own
 */
export async function instrumentCommand(
  file: string,
  output: string,
  options: InstrumentOptions,
  threads: number,
): Promise<Exit> {
  const reporter = terminalReporter();
  const input = readBytes(file);
  if ('code' in input) {
    reporter.report(input);
    return FAILURE;
  }
  const { path, bytes } = input;
  const source = new SourceText(path, bytes.toString('latin1'));
  const count = Math.min(threads, MAXIMUM_THREADS);
  const { pieces, diagnostics } =
    count > 1
      ? await instrumentOnThreads(source, bytes, options, count, WORKER)
      : instrumentPieces(source, options);
  if (reportAll(reporter, diagnostics) || pieces === undefined) return FAILURE;
  writePieces(output, pieces);
  return SUCCESS;
}

/** Beside the bundle of this command. */
const WORKER = new URL('./instrument-worker.mjs', import.meta.url);
