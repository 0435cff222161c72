/**
 * `make verifier-readers SEED=… N=…`: N times a thousand damaged files, images and programs with an image, read by the
 * verifier and by the loader.
 */
import { readFileSync } from 'node:fs';
import { Random } from '../support/random.js';
import { readSeeded } from '../support/seeded.js';
import { build, LIBRARY_IMAGE } from './build.js';
import { type Counts, damagedFile, differences, IMAGE_DUMP, programOf } from './readers.js';

const AT_ONCE = 1000;
const MAX_SHOWN = 20;

function main(words: readonly string[]): number {
  const { seed, count } = readSeeded(words);
  build(IMAGE_DUMP, LIBRARY_IMAGE);
  const random = new Random(seed);
  const image = readFileSync(LIBRARY_IMAGE);
  const counts: Counts = { both: 0, none: 0, onlyLoader: 0, onlyVerifier: 0 };
  let different = 0;
  for (let round = 0; round < count; round++) {
    const files = Array.from({ length: AT_ONCE }, (_, number) =>
      damagedFile(number % 4 === 0 ? programOf(image) : image, random),
    );
    for (const found of differences(files, counts)) {
      if (different++ < MAX_SHOWN) console.log(found);
    }
  }
  const { both, none, onlyLoader, onlyVerifier } = counts;
  console.log(
    `${both} read by both, ${none} by none, ${onlyLoader} by the loader only, ${onlyVerifier} by the verifier only, ${different} differences`,
  );
  return different === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
