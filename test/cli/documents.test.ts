/** Links between the documents and into the sources. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const DOCUMENTS = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
];

test.each(DOCUMENTS)('%s links to files that exist', (document) => {
  // A lambda of C++ in an example looks like a link.
  const text = readFileSync(document, 'utf8').replace(/^```[^]*?^```/gm, '');
  const links = [...text.matchAll(/\]\(([^)#]+)[^)]*\)/g)].flatMap(([, link]) => link ?? []);
  const missing = links
    .filter((link) => !/^\w+:/.test(link))
    .filter((link) => !existsSync(join(dirname(document), link)));
  expect(missing).toEqual([]);
});

test('every target that the README names is in the Makefile', () => {
  const makefile = readFileSync('Makefile', 'utf8');
  const targets = [...readFileSync('README.md', 'utf8').matchAll(/\bmake ([a-z][a-z-]+)/g)];
  expect(targets.length).toBeGreaterThan(4);
  for (const [, target] of targets) expect(makefile).toMatch(new RegExp(`^${target ?? ''}:`, 'm'));
});
