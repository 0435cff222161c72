import { join } from 'node:path';
import { csmithTrial } from '../../programs/random/csmith.js';
import { stressTrial } from '../../programs/random/stress.js';
import { scratchFolder } from './scratch.js';

/** A handful of what `make test-random` runs by the hundred. Seeds are fixed: a test must not fail by chance. */
let scratch = '';
beforeAll(async () => {
  scratch = await scratchFolder('random');
});

const SEEDS = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(SEEDS)('csmith program %i has the same checksum sandboxed', async (seed) => {
  const verdict = await csmithTrial(seed, join(scratch, `csmith-${seed}`));
  expect(verdict.kind === 'failed' ? verdict.reason : '').toBe('');
});

test.each(SEEDS)('llvm-stress module %i is instrumented to valid IR or refused', async (seed) => {
  const verdict = await stressTrial(seed, join(scratch, `stress-${seed}`));
  expect(verdict.kind === 'failed' ? verdict.reason : '').toBe('');
});
