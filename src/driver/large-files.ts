/** Modules that may be as large as memory allows: read as bytes that threads share, written in pieces. */

import { constants } from 'node:buffer';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { asBytes } from '../text/bytes.js';
import type { Diagnostic } from '../text/diagnostic.js';
import { FolderError } from './file-problem.js';
import { problem } from './session.js';
import { Workspace } from './workspace.js';
import { writeBytes } from './write-bytes.js';

/** The longest text that this version of Node holds in a string. */
const LONGEST = constants.MAX_STRING_LENGTH;

/** Reads a file, or standard input for `-`, into memory that threads can share; or says that it is too large. */
export function readBytes(
  file: string,
): { readonly path: string; readonly bytes: Buffer } | Diagnostic {
  if (file === '-') return within('<stdin>', shared(readFileSync(0)));
  const descriptor = openSync(file, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new FolderError(file);
    // The size of pipes and devices is not known before they are read.
    if (!stat.isFile()) return within(file, shared(readFileSync(descriptor)));
    return stat.size > LONGEST
      ? tooLarge(file, stat.size)
      : within(file, read(descriptor, stat.size));
  } finally {
    closeSync(descriptor);
  }
}

function within(path: string, bytes: Buffer): { path: string; bytes: Buffer } | Diagnostic {
  return bytes.length > LONGEST ? tooLarge(path, bytes.length) : { path, bytes };
}

function tooLarge(path: string, size: number): Diagnostic {
  const message = `${path} has ${size} bytes; the largest module that can be read has ${LONGEST}`;
  return problem('TBX0820', message);
}

/** The file may grow or shrink while it is read: what is there when it is read counts, up to `size`. */
function read(descriptor: number, size: number): Buffer {
  const bytes = Buffer.from(new SharedArrayBuffer(size));
  let at = 0;
  for (let count = -1; count !== 0 && at < size; at += count) {
    count = readSync(descriptor, bytes, at, size - at, null);
  }
  return bytes.subarray(0, at);
}

function shared(bytes: Buffer): Buffer {
  const copy = Buffer.from(new SharedArrayBuffer(bytes.length));
  bytes.copy(copy);
  return copy;
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
    writeFile(workspace.stage(file), write);
    workspace.publish();
  } finally {
    workspace.remove();
  }
}

/** Whether it is there and no file: nothing can take the place of a device or a pipe. */
function isSpecial(file: string): boolean {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat !== undefined && !stat.isFile();
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
