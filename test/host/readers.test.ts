import { expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { Random } from '../support/random.js';
import { build, LIBRARY_IMAGE } from './build.js';
import { type Counts, damagedFile, differences, IMAGE_DUMP } from './readers.js';

/** What the verifier reads is what the loader maps: a part of `make verifier-readers`. */
build(IMAGE_DUMP, LIBRARY_IMAGE);

test('of damaged files both read the same image, or one of them none', () => {
  const random = new Random(1);
  const counts: Counts = { both: 0, none: 0, onlyLoader: 0, onlyVerifier: 0 };
  const image = readFileSync(LIBRARY_IMAGE);
  const files = Array.from({ length: 2000 }, () => damagedFile(image, random));
  expect(differences([image, ...files], counts)).toEqual([]);
  expect(counts.both).toBeGreaterThan(300);
  expect(counts.none).toBeGreaterThan(300);
});
