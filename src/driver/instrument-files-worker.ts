/** A thread of {@link import('./instrument-files.js').instrumentFiles}: a name comes in, what became of it goes out. */
import { parentPort, workerData } from 'node:worker_threads';
import { instrumentPieces } from '../passes/pipeline.js';
import { type Diagnostic, formatDiagnostic } from '../text/diagnostic.js';
import { SourceText } from '../text/source.js';
import { fileProblem } from './file-problem.js';
import { type FileOutcome, type FileWorkerData, isFileWorkerData } from './instrument-files.js';
import { readShared } from './large-files.js';
import { shownName } from './read-bytes.js';
import { ResultCache } from './result-cache.js';

const given: unknown = workerData;
if (isFileWorkerData(given)) serve(given);

function serve(data: FileWorkerData): void {
  const cache =
    data.cache === undefined ? undefined : new ResultCache(data.cache, data.toolVersion);
  parentPort?.on('message', (input: string) => {
    const outcome = instrumentFile(input, data, cache);
    const moved = outcome.kind === 'instrumented' ? [outcome.bytes.buffer] : [];
    parentPort?.postMessage(outcome, moved);
  });
}

function instrumentFile(
  input: string,
  { options, color }: FileWorkerData,
  cache: ResultCache | undefined,
): FileOutcome {
  const messagesOf = (diagnostics: readonly Diagnostic[]): string =>
    diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color })).join('');
  const bytes = readInput(input);
  if ('code' in bytes) return { kind: 'refused', messages: messagesOf([bytes]) };
  const key = cache?.key(bytes, options);
  const known = key === undefined ? undefined : cache?.read(key);
  if (known !== undefined) {
    return { kind: 'instrumented', bytes: known, messages: '', cacheKey: undefined };
  }
  const source = new SourceText(shownName(input), bytes.toString('latin1'));
  const { pieces, diagnostics } = instrumentPieces(source, options);
  const messages = messagesOf(diagnostics);
  if (pieces === undefined) return { kind: 'refused', messages };
  // What had something to say says it the next time, too.
  const cacheKey = messages === '' ? key : undefined;
  return { kind: 'instrumented', bytes: bytesOf(pieces), messages, cacheKey };
}

function readInput(input: string): Buffer | Diagnostic {
  try {
    return readShared(input);
  } catch (error) {
    return fileProblem(error);
  }
}

/** In memory of their own, which can be handed to another thread. */
function bytesOf(pieces: readonly string[]): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.from(new ArrayBuffer(pieces.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const piece of pieces) at += bytes.write(piece, at, 'latin1');
  return bytes;
}
