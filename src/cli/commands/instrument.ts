import { availableParallelism } from 'node:os';
import { instrumentOnThreads } from '../../driver/instrument-threads.js';
import { readShared, writePieces } from '../../driver/large-files.js';
import { expectModule } from '../../driver/long-run.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { shownName } from '../../driver/read-bytes.js';
import { reportAll } from '../../driver/session.js';
import { instrumentPieces, type InstrumentOptions } from '../../passes/pipeline.js';
import { SourceText } from '../../text/source.js';
import { isFolder } from '../module-files.js';
import { terminalReporter } from '../terminal.js';
import { UsageError } from '../usage-error.js';
import { instrumentSeveral } from './instrument-files.js';
import { plannedResults } from './instrument-results.js';

/** What `tme-box instrument` is asked to do. */
export interface InstrumentRequest {
  readonly output: string;
  readonly check: boolean;
  readonly cacheDir: string | undefined;
  /** Undefined: as many as make sense. */
  readonly threads: number | undefined;
}

/** More threads need more memory, each for the whole module's tables, and have less to do. */
const MAXIMUM_THREADS = 8;

/**
 * From this size on, in bytes, a module has two threads if nobody says otherwise. Each reads the whole module and warms
 * up on its own, which takes about as long as instrumenting 10 MB; and V8's threads, which compile what is hot, want a
 * processor too. So with two processors the second thread pays later.
 */
const LARGE = availableParallelism() > 2 ? 32e6 : 64e6;

/** `tme-box instrument`: one module in, one module out; or several into a folder. */
export async function instrumentCommand(
  inputs: readonly string[],
  options: InstrumentOptions,
  { output, check, cacheDir, threads }: InstrumentRequest,
): Promise<Exit> {
  const [input = '-'] = inputs;
  const several = inputs.length > 1 || isFolder(input) || output.endsWith('/') || isFolder(output);
  if (output === '-' && (several || check)) {
    throw new UsageError(
      check ? 'What shall be checked? -o names it.' : 'Several modules need a folder: -o FOLDER.',
    );
  }
  if (!several && !check && cacheDir === undefined) {
    return instrumentOne(input, output, options, threads);
  }
  const results = several ? plannedResults(inputs, output) : [{ input, output }];
  return instrumentSeveral(results, options, {
    check,
    cache: cacheDir,
    threads: threads ?? availableParallelism(),
    folder: several ? output : undefined,
  });
}

async function instrumentOne(
  file: string,
  output: string,
  options: InstrumentOptions,
  threads: number | undefined,
): Promise<Exit> {
  const reporter = terminalReporter();
  const bytes = readShared(file);
  expectModule(bytes.length);
  const source = new SourceText(shownName(file), bytes.toString('latin1'));
  const count = Math.min(threads ?? threadsFor(bytes), MAXIMUM_THREADS);
  const { pieces, diagnostics } =
    count > 1
      ? await instrumentOnThreads(source, bytes, options, count, WORKER)
      : instrumentPieces(source, options);
  if (reportAll(reporter, diagnostics) || pieces === undefined) return FAILURE;
  writePieces(output, pieces);
  return SUCCESS;
}

/** More than two gain little: what each does for itself is then most of its work. */
function threadsFor(bytes: Uint8Array): number {
  return bytes.length < LARGE ? 1 : Math.min(2, availableParallelism());
}

/** Beside the bundle of this command. */
const WORKER = new URL('./instrument-worker.mjs', import.meta.url);
