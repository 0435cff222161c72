/** `make verifier-effort N=…`: what images of N kilobytes of code that are made to be slow cost, beside their limit. */
import { verifyImage } from '../../../src/verify/image/verify.js';
import { readSeeded } from '../../support/seeded.js';
import { HOSTILE } from './hostile.js';
import { linkWithPrelude } from '../snippets.js';

const { count } = readSeeded(process.argv.slice(2));
console.log(
  'seconds of processor time for a megabyte, effort for a byte of code, memory, refusals',
);
for (const [name, make] of Object.entries(HOSTILE)) {
  const { text, level } = make(1024 * count);
  const bytes = linkWithPrelude(text, level);
  const before = process.cpuUsage();
  const { refusals, statistics } = await verifyImage(bytes);
  const { user, system } = process.cpuUsage(before);
  const { codeBytes, effort } = statistics;
  console.log(
    [
      `${((user + system) / codeBytes).toFixed(2)} s/MB`,
      `${(effort / codeBytes).toFixed(1)}/B`,
      `${(process.memoryUsage().rss / 2 ** 20).toFixed(0)} MB`,
      `${refusals.length} ${refusals[0]?.rule ?? ''}`,
      name,
    ].join('\t'),
  );
}
