/** A thread of {@link import('./instrument-threads.js').instrumentOnThreads}; bundled on its own, so that it starts fast. */
import { parentPort, workerData } from 'node:worker_threads';
import { ModuleInstrumenter } from '../passes/pipeline.js';
import { SourceText } from '../text/source.js';
import { isShare, type Share, takeParts } from './instrument-threads.js';

const share: unknown = workerData;
if (isShare(share)) instrumentShare(share);

function instrumentShare({ path, bytes, next, options }: Share): void {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  const started = ModuleInstrumenter.start(new SourceText(path, text), options);
  if (!(started instanceof ModuleInstrumenter)) return;
  parentPort?.postMessage(takeParts(started, next));
}
