import { writeSync } from 'node:fs';

/** How long to wait for the reader of a full pipe, in milliseconds. */
const PAUSE = 2;

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all bytes. A pipe may take little at a time; and none while it is full, where it does not block: Node makes
 * the pipe behind `process.stdout` such a one, and another program that has it may.
 *
 * @returns 0, what is left to write
 */
export function writeBytes(descriptor: number, bytes: Uint8Array): number {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (!isFull(error)) throw error;
      Atomics.wait(pause, 0, 0, PAUSE);
    }
  }
  return 0;
}

function isFull(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'EAGAIN';
}
