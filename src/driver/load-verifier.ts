/** The verifier is loaded by commands that verify, and not before: a compiler starts for every file, and links once. */
import { setFlagsFromString } from 'node:v8';
import type * as prover from '../verify/prove.js';

/**
 * An image is verified in less than a second, of which V8 took most to optimise functions with all that they call. That
 * functions are optimised alone, begin as machine code that is made at once, and count as hot after V8's own default
 * (start.js has a larger one) saves a fifth of the processor time.
 */
const FLAGS = ['--no-turbo-inlining', '--always-sparkplug', '--interrupt-budget=135168'];

/** The verifier, in a process that does little else from now on. */
export async function loadVerifier(): Promise<typeof prover> {
  for (const flag of FLAGS) setFlagsFromString(flag);
  return import('../verify/prove.js');
}
