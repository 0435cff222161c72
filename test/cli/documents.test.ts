/** Links between the documents and into the sources, and the documents that are made. */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { REFERENCES } from '../../packaging/reference.js';
import { DOCUMENTS, prose } from './markdown.js';

test.each(DOCUMENTS)('%s links to files that exist', (document) => {
  const links = [...prose(document).matchAll(/\]\(([^)#]+)[^)]*\)/g)].flatMap(
    ([, link]) => link ?? [],
  );
  const missing = links
    .filter((link) => !/^\w+:/.test(link))
    .filter((link) => !existsSync(join(dirname(document), link)));
  expect(missing).toEqual([]);
});

test.each(REFERENCES)('%s is what `make reference` makes', (file, make) => {
  expect(readFileSync(file, 'utf8')).toBe(make());
});

test('every document is on the map', () => {
  const map = readFileSync('docs/README.md', 'utf8');
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter((name) => !map.includes(`](${name})`))).toEqual([]);
});
