/**
 * Temporary files of one run of the driver, and outputs that appear whole or not at all: each is written in a temporary
 * folder beside its place and renamed when it is complete.
 */

import {
  existsSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { writeBytes } from './write-bytes.js';

export class Workspace {
  #directory: string | undefined;
  /** Folders beside outputs, by the folders of these. */
  readonly #beside = new Map<string, string>();
  #serial = 0;
  readonly #staged = new Map<string, string>();

  /** A new name for a temporary file with the given ending. */
  file(suffix: string): string {
    this.#directory ??= mkdtempSync(join(tmpdir(), 'tbx-'));
    return join(this.#directory, `${this.#serial++}${suffix}`);
  }

  /**
   * The name to write `output` under until {@link publish} is called. `-` and what is special (a device, a pipe) cannot be
   * renamed to; their bytes are written at the end.
   */
  stage(output: string): string {
    const known = this.#staged.get(output);
    if (known !== undefined) return known;
    const special = output === '-' || isSpecial(output);
    const staged = special ? this.file('.out') : this.#besides(output);
    this.#staged.set(output, staged);
    return staged;
  }

  /** A new name that can be renamed to `output`, in a folder of our own: nobody can have put a link there. */
  #besides(output: string): string {
    const folder = dirname(output);
    const own = this.#beside.get(folder) ?? mkdtempSync(join(folder, '.tbx-'));
    this.#beside.set(folder, own);
    return join(own, String(this.#serial++));
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
    this.#staged.clear();
    for (const folder of this.#beside.values()) rmSync(folder, { recursive: true, force: true });
    this.#beside.clear();
    if (this.#directory !== undefined) rmSync(this.#directory, { recursive: true, force: true });
    this.#directory = undefined;
  }
}

/**
 * Whether nothing can take its place: a device, a pipe, a folder, a link to one, and what leads to our own descriptors
 * (`/dev/stdout`). Other links are replaced, as clang does it: in a stranger's folder they may lead anywhere.
 */
export function isSpecial(path: string): boolean {
  if (/^\/(?:dev|proc)\//.test(resolve(path))) return existsSync(path);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === false;
}
