/**
 * Instruments many modules on several threads, one module at a time each. The threads read, instrument and look into
 * the cache; what they make is written here, by the one thread that signals reach: whenever this ends, no file is half
 * written.
 */
import { Worker } from 'node:worker_threads';
import type { InstrumentOptions } from '../passes/options.js';

/** What a thread is given at its start. */
export interface FileWorkerData {
  readonly options: InstrumentOptions;
  /** The folder of results that were made before. */
  readonly cache: string | undefined;
  /** Names all that decides what the passes write. */
  readonly toolVersion: string;
  /** Whether messages may have colours. */
  readonly color: boolean;
}

/** Workers are given what their maker wrote: it is this, or the program was started by something else. */
export function isFileWorkerData(value: unknown): value is FileWorkerData {
  return typeof value === 'object' && value !== null && 'toolVersion' in value;
}

/** What became of a module. Messages are what its diagnostics say, ready to be shown. */
export type FileOutcome =
  | {
      readonly kind: 'instrumented';
      readonly bytes: Uint8Array<ArrayBuffer>;
      readonly messages: string;
      /** Where the cache should have it; undefined when it came from there, or there is none. */
      readonly cacheKey: string | undefined;
    }
  | { readonly kind: 'refused'; readonly messages: string }
  /** The thread ended: a fault of this tool, or no memory. */
  | { readonly kind: 'fault'; readonly trace: string };

/** Modules to be instrumented alike. */
export interface FilesRequest extends FileWorkerData {
  readonly inputs: readonly string[];
  readonly threads: number;
  /** The program of the threads: `instrument-files-worker`. */
  readonly worker: URL;
  /** When this is aborted, threads are ended where they are. */
  readonly stop: AbortSignal;
  /** Called once for each module, in the order in which they are done. */
  readonly onOutcome: (index: number, outcome: FileOutcome) => void;
}

/** Returns when all modules are done, or the request was stopped. */
export async function instrumentFiles(request: FilesRequest): Promise<void> {
  const { inputs, threads, stop } = request;
  const workers = new Set<Worker>();
  const endAll = (): void => {
    for (const worker of workers) void worker.terminate();
  };
  stop.addEventListener('abort', endAll);
  const queue = inputs.entries();
  const count = Math.min(threads, inputs.length);
  try {
    await Promise.all(Array.from({ length: count }, () => takeFiles(request, queue, workers)));
  } finally {
    stop.removeEventListener('abort', endAll);
    endAll();
  }
}

/** Lets one thread work on what others left in `queue`; a thread that ended is replaced. */
async function takeFiles(
  request: FilesRequest,
  queue: Iterable<[number, string]>,
  workers: Set<Worker>,
): Promise<void> {
  const { options, cache, toolVersion, color, stop, onOutcome } = request;
  const workerData: FileWorkerData = { options, cache, toolVersion, color };
  const stopped = (): boolean => stop.aborted;
  let worker: Worker | undefined;
  for (const [index, input] of queue) {
    if (stopped()) return;
    worker ??= new Worker(request.worker, { workerData });
    workers.add(worker);
    const outcome = await instrumentOn(worker, input);
    if (stopped()) return;
    onOutcome(index, outcome);
    if (outcome.kind === 'fault') {
      workers.delete(worker);
      worker = undefined;
    }
  }
}

function instrumentOn(worker: Worker, input: string): Promise<FileOutcome> {
  return new Promise((resolve) => {
    const finish = (outcome: FileOutcome): void => {
      worker.off('message', finish).off('error', onError).off('exit', onExit);
      resolve(outcome);
    };
    const onError = (error: Error): void => {
      finish({ kind: 'fault', trace: error.stack ?? error.message });
    };
    const onExit = (code: number): void => {
      finish({ kind: 'fault', trace: `its thread ended with code ${code}` });
    };
    worker.on('message', finish).on('error', onError).on('exit', onExit);
    worker.postMessage(input);
  });
}
