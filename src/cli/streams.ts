/** Input files and results of `tme-box`: `-` is standard input or output, and a file appears whole or not at all. */

import fsExtra from 'fs-extra';
import { dirname } from 'node:path';
import { SourceText } from '../text/source.js';

const { ensureDirSync, mkdtempSync, moveSync, outputFileSync, readFileSync, removeSync } = fsExtra;

/** Reads a file, or standard input for `-`; one character a byte. */
export function readInput(file: string): SourceText {
  return file === '-'
    ? new SourceText('<stdin>', readFileSync(0, 'latin1'))
    : new SourceText(file, readFileSync(file, 'latin1'));
}

/** Writes a result to a file, or to standard output for `-`; folders are made where they are missing. */
export function writeResult(file: string, text: string): void {
  if (file === '-') {
    writeAll(Buffer.from(text, 'latin1'));
    return;
  }
  ensureDirSync(dirname(file));
  const folder = mkdtempSync(`${file}.tbx-`);
  try {
    outputFileSync(`${folder}/result`, text, 'latin1');
    moveSync(`${folder}/result`, file, { overwrite: true });
  } finally {
    removeSync(folder);
  }
}

/** Standard output may be a pipe that takes little at a time. */
function writeAll(bytes: Buffer): void {
  for (let at = 0; at < bytes.length;) {
    at += fsExtra.writeSync(1, bytes, at);
  }
}
