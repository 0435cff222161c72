/** A thread that examines one text after the other, and is ended when one takes too long. */
import { Worker, parentPort } from 'node:worker_threads';
import { examine } from './front-end.js';
import type { Result } from './front-end.js';

/** A machine that does other work besides must not make a hang of a slow file. */
const SECONDS = 60;

export type Examination =
  | { readonly kind: 'done'; readonly result: Result }
  /** An exception, which is a fault of ours. */
  | { readonly kind: 'crash'; readonly message: string }
  | { readonly kind: 'hang' };

/** Answers the main thread; for the worker's side of the bundle. */
export function serve(): void {
  const port = parentPort;
  port?.on('message', (text: string) => {
    port.postMessage(attempt(text));
  });
}

function attempt(text: string): Examination {
  try {
    return { kind: 'done', result: examine(text) };
  } catch (error) {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { kind: 'crash', message };
  }
}

/** The main thread's side: one worker, replaced by another when it had to be ended. */
export class Examiner {
  readonly #script: URL;
  #worker: Worker;
  #settle: ((examination: Examination) => void) | undefined = undefined;

  constructor(script: URL) {
    this.#script = script;
    this.#worker = this.#start();
  }

  /** Examines a text; one call at a time. */
  examine(text: string): Promise<Examination> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#replace({ kind: 'hang' });
      }, SECONDS * 1000);
      this.#settle = (examination) => {
        clearTimeout(timer);
        resolve(examination);
      };
      this.#worker.postMessage(text);
    });
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #start(): Worker {
    const worker = new Worker(this.#script);
    worker.on('message', (examination: Examination) => this.#settle?.(examination));
    worker.on('error', (error) => {
      this.#replace({ kind: 'crash', message: String(error) });
    });
    return worker;
  }

  #replace(examination: Examination): void {
    this.#worker.removeAllListeners('error');
    void this.#worker.terminate();
    this.#worker = this.#start();
    this.#settle?.(examination);
  }
}
