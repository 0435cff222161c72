/** Files of any kind, read whole: what is larger than can be read, and what never ends, is said to be too large. */

import { constants } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** The longest text that this version of Node holds in a string. */
export const LONGEST_TEXT = constants.MAX_STRING_LENGTH;

/**
 * An image ends below 2 GiB (docs/abi.md), and with symbols and debug information it should, too. Node reads no more at
 * once.
 */
export const LARGEST_IMAGE = 2 ** 31 - 1;

/** A folder where a file is wanted: what Node says of it when it is read does not name it. */
export class FolderError extends Error {
  readonly syscall = 'read';

  constructor(path: string) {
    super(`EISDIR: illegal operation on a directory, read '${path}'`);
  }
}

/** A file, or something that is read like one, with more bytes than can be read. */
export class TooLargeError extends Error {
  constructor(path: string, limit: number) {
    super(`${path} is too large: the most that can be read here are ${limit} bytes`);
  }
}

/** What messages call a file that is read, where `-` is standard input. */
export function shownName(file: string): string {
  return file === '-' ? '<stdin>' : file;
}

/** Memory for bytes. */
export type Allocate = (size: number) => Buffer;

const PIECE = 2 ** 20;

/**
 * Reads a file, or standard input for `-`.
 *
 * @param limit the most bytes that it may have
 * @throws FolderError, TooLargeError, or what the system says
 */
export function readBytes(
  file: string,
  limit: number = LONGEST_TEXT,
  allocate: Allocate = (size) => Buffer.allocUnsafe(size),
): Buffer {
  if (file === '-') return readPieces(0, shownName(file), limit, allocate);
  const descriptor = openSync(file, 'r');
  try {
    const stat = fstatSync(descriptor);
    if (stat.isDirectory()) throw new FolderError(file);
    // The size of pipes and devices is not known before they are read, and what the kernel makes meanwhile says 0.
    if (!stat.isFile() || stat.size === 0) return readPieces(descriptor, file, limit, allocate);
    if (stat.size > limit) throw new TooLargeError(file, limit);
    return readSized(descriptor, allocate(stat.size));
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Reads a file that others name: undefined where there is none that can be read. Devices, pipes and what the kernel makes
 * while it is read may never end; the last has no size.
 */
export function readPlain(file: string, limit: number = LONGEST_TEXT): Buffer | undefined {
  try {
    const stat = statSync(file);
    return stat.isFile() && stat.size > 0 ? readBytes(file, limit) : undefined;
  } catch {
    return undefined;
  }
}

/** The file may grow or shrink while it is read: what is there when it is read counts, up to the size it had. */
function readSized(descriptor: number, bytes: Buffer): Buffer {
  let at = 0;
  for (let count = -1; count !== 0 && at < bytes.length; at += count) {
    count = readSync(descriptor, bytes, at, bytes.length - at, null);
  }
  return bytes.subarray(0, at);
}

function readPieces(descriptor: number, path: string, limit: number, allocate: Allocate): Buffer {
  const pieces: Buffer[] = [];
  let size = 0;
  for (;;) {
    const piece = Buffer.allocUnsafe(PIECE);
    const count = readSync(descriptor, piece, 0, PIECE, null);
    if (count === 0) break;
    pieces.push(piece.subarray(0, count));
    size += count;
    if (size > limit) throw new TooLargeError(path, limit);
  }
  const bytes = allocate(size);
  let at = 0;
  for (const piece of pieces) at += piece.copy(bytes, at);
  return bytes;
}
