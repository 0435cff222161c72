import { fileProblem, LinkError } from '../../driver/file-problem.js';
import { type FileOutcome, instrumentFiles } from '../../driver/instrument-files.js';
import { writeBytesTo } from '../../driver/large-files.js';
import { catchSignals, type Exit } from '../../driver/process.js';
import { ResultCache } from '../../driver/result-cache.js';
import { problem, reportAll } from '../../driver/session.js';
import type { InstrumentOptions } from '../../passes/options.js';
import { type Diagnostic, formatDiagnostic } from '../../text/diagnostic.js';
import { printable } from '../../text/printable.js';
import { SOURCE_HASH } from '../build-info.js';
import { linkOnTheWay } from '../module-files.js';
import { Progress } from '../progress.js';
import { EXIT, terminalReporter, useColor } from '../terminal.js';
import { collisions, leftovers, type PlannedResult, staleness } from './instrument-results.js';

/** How the modules of {@link instrumentSeveral} are worked on. */
export interface FilesOptions {
  /** Compare with what is there, and write nothing. */
  readonly check: boolean;
  readonly cache: string | undefined;
  readonly threads: number;
  /** The folder of the results, if nothing else may be in it. */
  readonly folder: string | undefined;
}

/** A check that looks at nothing must not pass. */
const NOTHING = problem('TBX0823', "there is no module: no '.ll' file is below these folders");

/** Beside the bundle of this command. */
const WORKER = new URL('./instrument-files-worker.mjs', import.meta.url);

/** `tme-box instrument` for several modules, or to check results: one module does not depend on another. */
export async function instrumentSeveral(
  results: readonly PlannedResult[],
  options: InstrumentOptions,
  files: FilesOptions,
): Promise<Exit> {
  const wrong = results.length === 0 ? [NOTHING] : collisions(results);
  if (reportAll(terminalReporter(), wrong)) return { kind: 'code', code: EXIT.input };
  const batch = new Batch(results, files);
  return catchSignals(async (stop) => {
    await instrumentFiles({
      inputs: results.map(({ input }) => input),
      options,
      cache: files.cache,
      toolVersion: SOURCE_HASH,
      color: useColor(),
      threads: files.threads,
      worker: WORKER,
      stop,
      onOutcome: (index, outcome) => {
        batch.take(index, outcome);
      },
    });
    return { kind: 'code', code: batch.finish(stop.aborted) };
  });
}

function shown(diagnostic: Diagnostic): string {
  return formatDiagnostic(diagnostic, { color: useColor() });
}

/** The modules of one run: their messages are shown in the order of the modules, whichever is done first. */
class Batch {
  readonly #results: readonly PlannedResult[];
  readonly #files: FilesOptions;
  readonly #cache: ResultCache | undefined;
  readonly #progress: Progress;
  readonly #messages: (string | undefined)[];
  #done = 0;
  #reported = 0;
  #code: number = EXIT.done;

  constructor(results: readonly PlannedResult[], files: FilesOptions) {
    this.#results = results;
    this.#files = files;
    this.#cache = files.cache === undefined ? undefined : new ResultCache(files.cache, SOURCE_HASH);
    this.#progress = new Progress(files.check ? 'checking modules' : 'instrumenting modules');
    this.#messages = results.map(() => undefined);
  }

  /** Takes what became of a module. */
  take(index: number, outcome: FileOutcome): void {
    const result = this.#results[index];
    if (result === undefined) return;
    this.#messages[index] = this.#settle(result, outcome);
    this.#done++;
    this.#report();
    this.#progress.show(this.#done, this.#results.length);
  }

  /** The exit code of all. */
  finish(interrupted: boolean): number {
    this.#progress.clear();
    const { check, folder } = this.#files;
    if (check && folder !== undefined && !interrupted) {
      const extra = leftovers(this.#results, folder);
      if (reportAll(terminalReporter(), extra)) this.#fail(EXIT.input);
    }
    return this.#code;
  }

  /** Writes or compares a result. @returns what there is to say of it */
  #settle(result: PlannedResult, outcome: FileOutcome): string {
    switch (outcome.kind) {
      case 'instrumented':
        return outcome.messages + this.#place(result, outcome);
      case 'refused':
        this.#fail(EXIT.input);
        return outcome.messages;
      case 'fault':
        this.#fail(EXIT.internal);
        return `tme-box: ${printable(result.input)}: unexpected error, which is a fault of this tool: ${outcome.trace}\n`;
    }
  }

  #place(
    result: PlannedResult,
    { bytes, cacheKey }: Extract<FileOutcome, { readonly kind: 'instrumented' }>,
  ): string {
    try {
      const { folder } = this.#files;
      const link = folder === undefined ? undefined : linkOnTheWay(folder, result.output);
      if (link !== undefined) throw new LinkError(link);
      if (cacheKey !== undefined) this.#cache?.write(cacheKey, bytes);
      const stale = this.#files.check ? staleness(result, bytes) : undefined;
      if (!this.#files.check) writeBytesTo(result.output, bytes);
      if (stale === undefined) return '';
      this.#fail(EXIT.input);
      return shown(stale);
    } catch (error) {
      this.#fail(EXIT.input);
      return shown(fileProblem(error));
    }
  }

  #fail(code: number): void {
    this.#code = Math.max(this.#code, code);
  }

  #report(): void {
    for (; this.#reported < this.#messages.length; this.#reported++) {
      const message = this.#messages[this.#reported];
      if (message === undefined) return;
      if (message === '') continue;
      this.#progress.clear();
      process.stderr.write(message);
    }
  }
}
