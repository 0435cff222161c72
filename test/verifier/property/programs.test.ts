import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { runPrograms } from './programs.js';
import { buildNative } from '../stepping/native.js';

/** What functions do to each other: a part of `make verifier-property`. */
let iced: Iced;
let folder = '';
let stepper = '';

beforeAll(async () => {
  iced = await loadIced();
  folder = mkdtempSync(join(tmpdir(), 'tbx-programs-'));
  stepper = await buildNative('property/stepper', folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

// Even seeds are of level `data`.
test.each([
  [1, 'full'],
  [2, 'full'],
  [3, 'full'],
  [4, 'coarse'],
  [5, 'full'],
] as const)('all that is claimed is true of random programs of seed %i, %s', (seed, detail) => {
  const { problems, steps, functions, refused } = runPrograms(iced, stepper, {
    seed,
    programs: 40,
    runs: 3,
    detail,
  });
  expect(problems).toEqual([]);
  expect(steps).toBeGreaterThan(2000);
  // An eighth at least has to be accepted, or little is compared.
  expect(functions - refused).toBeGreaterThan(functions / 8);
});
