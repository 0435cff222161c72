import { readFileSync } from 'node:fs';
import { link } from '../snippets.js';
import type { HostileImage } from './hostile.js';

/** The bytes of an image. */
export function linkHostile({ text, level }: HostileImage): Uint8Array {
  const prelude = readFileSync('test/verifier/prelude.s', 'latin1');
  return link(`${prelude.replace('isolate=any', `isolate=${level}`)}${text}`);
}
