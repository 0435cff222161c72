/** Results of the passes under the hash of what they were made from, each with its own hash: a damaged one is none. */

import type { InstrumentOptions } from '../passes/options.js';
import { ContentCache, hashOf } from './content-cache.js';

const DIGEST_LENGTH = 64;

/** See the head of this file. */
export class ResultCache {
  readonly #files: ContentCache;
  readonly #toolVersion: string;

  /** @param toolVersion names all that decides what the passes write */
  constructor(folder: string, toolVersion: string) {
    this.#files = new ContentCache(folder);
    this.#toolVersion = toolVersion;
  }

  /** The name of the result for a module; it depends on everything that the result depends on. */
  key(module: Buffer, options: InstrumentOptions): string {
    return hashOf([this.#toolVersion, JSON.stringify(Object.entries(options).sort()), module]);
  }

  /** In memory of its own. */
  read(key: string): Uint8Array<ArrayBuffer> | undefined {
    const file = this.#files.read(key);
    const text = file?.subarray(DIGEST_LENGTH);
    if (file === undefined || text === undefined) return undefined;
    return file.toString('latin1', 0, DIGEST_LENGTH) === hashOf([text])
      ? new Uint8Array(text)
      : undefined;
  }

  write(key: string, result: Uint8Array): void {
    const text = Buffer.from(result.buffer, result.byteOffset, result.byteLength);
    this.#files.write(key, Buffer.concat([Buffer.from(hashOf([text]), 'latin1'), text]));
  }
}
