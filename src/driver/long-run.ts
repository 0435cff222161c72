/** What V8 is told when there is much to do. */

import { versions } from 'node:process';
import { setFlagsFromString } from 'node:v8';

/** From this size on, in bytes, a module takes so long that functions which are optimised early pay for it. */
const LARGE_MODULE = 8e6;

/** The same of an image: it has a few hundred kilobytes of code. */
const LARGE_IMAGE = 5e5;

/**
 * Optimises functions as early as V8 does by itself, where a module of this size is to be worked on. Under Node.js 20,
 * what starts by scripts/start.js does so ten times later, which suits small modules: it takes less processor time. For
 * large ones the functions that are hot are worth it, and a thread of V8's own does it meanwhile.
 */
export function expectModule(size: number): void {
  if (size >= LARGE_MODULE) optimiseEarly();
}

/** The same for an image that is to be verified. */
export function expectImage(size: number): void {
  if (size >= LARGE_IMAGE) optimiseEarly();
}

function optimiseEarly(): void {
  if (versions.node.startsWith('20.')) setFlagsFromString('--interrupt-budget=67584');
}
