/**
 * Temporary files of one run of the driver, and outputs that appear whole or not at all: each is written under a
 * temporary name beside its place and renamed when it is complete.
 */

import { lstatSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { writeBytes } from './write-bytes.js';

export class Workspace {
  #directory: string | undefined;
  #serial = 0;
  readonly #staged = new Map<string, string>();

  /** A new name for a temporary file with the given ending. */
  file(suffix: string): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'tbx-'));
    return join(this.#directory, `${this.#serial++}${suffix}`);
  }

  /**
   * The name to write `output` under until {@link publish} is called. `-` and what is no regular file (a device, a
   * pipe) cannot be renamed to; their bytes are written at the end.
   */
  stage(output: string): string {
    const known = this.#staged.get(output);
    if (known !== undefined) return known;
    const special = output === '-' || isSpecial(output);
    const name = `.${basename(output)}.tbx-${process.pid}-${this.#serial++}.tmp`;
    const staged = special ? this.file('.out') : join(dirname(output), name);
    this.#staged.set(output, staged);
    return staged;
  }

  /** Moves every staged output to its place. */
  publish(): void {
    for (const [output, staged] of this.#staged) {
      if (output === '-') writeBytes(1, readFileSync(staged));
      // Not copyFile: when it fails it removes the target, be it /dev/null.
      else if (isSpecial(output)) writeFileSync(output, readFileSync(staged));
      else renameSync(staged, output);
    }
    this.#staged.clear();
  }

  /** Removes what is temporary and every output that was not published. */
  remove(): void {
    for (const staged of this.#staged.values()) rmSync(staged, { force: true });
    this.#staged.clear();
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

function isSpecial(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
}
