/**
 * Instruments a large module on several threads. Each reads the module by itself, from bytes that all share, and takes
 * the next run of functions when it is done with one; the parts are put together in the order of the source, so the
 * result has the same bytes whatever the number of threads.
 */
import { Worker } from 'node:worker_threads';
import { type InstrumentPieces, ModuleInstrumenter, type Part } from '../passes/pipeline.js';
import type { InstrumentOptions } from '../passes/options.js';
import type { SourceText } from '../text/source.js';

/** What a worker is given. */
export interface Share {
  readonly path: string;
  /** The source, one byte a character. */
  readonly bytes: Uint8Array;
  /** The number of the next run that nobody has taken. */
  readonly next: Int32Array;
  readonly options: InstrumentOptions;
}

/** Workers are given what their maker wrote: it is a share, or the program was started by something else. */
export function isShare(value: unknown): value is Share {
  return typeof value === 'object' && value !== null && 'bytes' in value && 'next' in value;
}

/** What a worker sends back: parts by the numbers of their runs; undefined where something was refused. */
export type Parts = ReadonlyMap<number, Part | undefined>;

/** Beyond every run: whoever asks for the next one then is done. */
const NONE_LEFT = 2 ** 30;

/**
 * @param threads how many threads, this one included
 * @param worker the program of the other threads: `instrument-worker`
 */
export async function instrumentOnThreads(
  source: SourceText,
  bytes: Uint8Array,
  options: InstrumentOptions,
  threads: number,
  worker: URL,
): Promise<InstrumentPieces> {
  const next = new Int32Array(new SharedArrayBuffer(4));
  const share: Share = { path: source.path, bytes, next, options };
  const others = Array.from({ length: threads - 1 }, () => partsOf(worker, share));
  const started = ModuleInstrumenter.start(source, options);
  const runs = started instanceof ModuleInstrumenter ? started.runs() : undefined;
  if (!(started instanceof ModuleInstrumenter) || runs === undefined) {
    Atomics.store(next, 0, NONE_LEFT);
    await Promise.all(others);
    return started instanceof ModuleInstrumenter ? started.run() : started;
  }
  const found = new Map(takeParts(started, next));
  for (const parts of await Promise.all(others)) {
    for (const [index, part] of parts) found.set(index, part);
  }
  const parts: Part[] = [];
  for (const [index, run] of runs.entries()) {
    // What a thread that ended early had taken is still to be done.
    const part = found.has(index) ? found.get(index) : started.part(run);
    // Diagnostics depend on what was refused before: one thread finds them in their order.
    if (part === undefined) return restart(source, options);
    parts.push(part);
  }
  return started.join(parts);
}

function restart(source: SourceText, options: InstrumentOptions): InstrumentPieces {
  const started = ModuleInstrumenter.start(source, options);
  return started instanceof ModuleInstrumenter ? started.run() : started;
}

/** Takes runs and makes their parts, until none is left or one is refused. */
export function takeParts(instrumenter: ModuleInstrumenter, next: Int32Array): Parts {
  const parts = new Map<number, Part | undefined>();
  const runs = instrumenter.runs() ?? [];
  for (;;) {
    const index = Atomics.add(next, 0, 1);
    const run = runs[index];
    if (run === undefined) return parts;
    const part = instrumenter.part(run);
    parts.set(index, part);
    if (part === undefined) Atomics.store(next, 0, NONE_LEFT);
  }
}

/** The parts that a new thread made; none where it failed, which is no error: others then make them. */
function partsOf(program: URL, share: Share): Promise<Parts> {
  return new Promise((resolve) => {
    const worker = new Worker(program, { workerData: share });
    worker.once('message', (parts: Parts) => {
      resolve(parts);
    });
    const fail = (): void => {
      resolve(new Map());
    };
    worker.once('error', fail).once('exit', fail);
  });
}
