/** Input files and results of `tme-box`: `-` is standard input or output, and a file appears whole or not at all. */

import fsExtra from 'fs-extra';
import { shownName } from '../driver/read-bytes.js';
import { readSource } from '../driver/session.js';
import { Workspace } from '../driver/workspace.js';
import type { SourceText } from '../text/source.js';
import { writePieces } from '../driver/large-files.js';
import { writeBytes } from '../driver/write-bytes.js';

const { realpathSync, statSync, writeFileSync } = fsExtra;

const PERMISSIONS = 0o777;

/** Reads a file, or standard input for `-`; one character a byte. */
export function readInput(file: string): SourceText {
  return readSource(file, shownName(file));
}

/** Writes a result to a file, or to standard output for `-`; folders are made where they are missing. */
export function writeResult(file: string, text: string): void {
  writePieces(file, [text]);
}

/** Writes `bytes` in place of the contents of `file`, whole or not at all; `-` is standard output. */
export function replaceFile(file: string, bytes: Uint8Array): void {
  if (file === '-') {
    writeBytes(1, Buffer.from(bytes));
    return;
  }
  const workspace = new Workspace();
  try {
    const staged = workspace.stage(realpathSync(file)); // a link stays
    // Of whoever wrote it, set-user-ID would become of whoever calls this.
    writeFileSync(staged, bytes, { mode: statSync(file).mode & PERMISSIONS });
    workspace.publish();
  } finally {
    workspace.remove();
  }
}
