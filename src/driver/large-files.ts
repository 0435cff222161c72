/** Modules that may be as large as memory allows: read as bytes that threads share, written in pieces. */

import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { asBytes } from '../text/bytes.js';
import { LONGEST_TEXT, readBytes } from './read-bytes.js';
import { isSpecial, Workspace } from './workspace.js';
import { writeBytes } from './write-bytes.js';

/** Reads a module, or standard input for `-`, into memory that threads can share. */
export function readShared(file: string): Buffer {
  return readBytes(file, LONGEST_TEXT, (size) => Buffer.from(new SharedArrayBuffer(size)));
}

/**
 * Writes a text in pieces to a file, which appears whole or not at all, or to standard output for `-`. A character is a
 * byte; others, which names of files have, become their bytes of UTF-8.
 */
export function writePieces(file: string, pieces: readonly string[]): void {
  writeWhole(file, (descriptor) => {
    writeAll(descriptor, pieces);
  });
}

/** Writes bytes to a file, which appears whole or not at all, or to standard output for `-`. */
export function writeBytesTo(file: string, bytes: Uint8Array): void {
  writeWhole(file, (descriptor) => writeBytes(descriptor, bytes));
}

function writeWhole(file: string, write: (descriptor: number) => void): void {
  if (file === '-') {
    write(1);
    return;
  }
  if (isSpecial(file)) {
    writeFile(file, write);
    return;
  }
  const workspace = new Workspace();
  try {
    mkdirSync(dirname(file), { recursive: true });
    // Who names a link here means what it leads to.
    writeFile(workspace.stage(existsSync(file) ? realpathSync(file) : file), write);
    workspace.publish();
  } finally {
    workspace.remove();
  }
}

function writeFile(file: string, write: (descriptor: number) => void): void {
  const descriptor = openSync(file, 'w');
  try {
    write(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

const CHUNK = 2 ** 20;

/** Pieces are gathered: most are a few lines, and each write is a call of the system. */
function writeAll(descriptor: number, pieces: readonly string[]): void {
  const buffer = Buffer.allocUnsafe(CHUNK);
  let filled = 0;
  for (const text of pieces) {
    const piece = asBytes(text);
    for (let at = 0; at < piece.length;) {
      const taken = Math.min(CHUNK - filled, piece.length - at);
      const part = taken === piece.length ? piece : piece.slice(at, at + taken);
      buffer.write(part, filled, 'latin1');
      at += taken;
      filled += taken;
      if (filled === CHUNK) filled = writeBytes(descriptor, buffer);
    }
  }
  writeBytes(descriptor, buffer.subarray(0, filled));
}
