import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const PAGES = 'docs/diagnostics';

/** Every code that a string or template of the sources names; comments do not count. */
function codesInSources(): ReadonlySet<string> {
  const codes = new Set<string>();
  for (const file of readdirSync('src', { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const text = readFileSync(join('src', file), 'utf8').replace(/^\s*(?:\*|\/\/|\/\*).*$/gm, '');
    for (const [code] of text.matchAll(/TB[XV]\d{4}/g)) codes.add(code);
  }
  return codes;
}

const pages = readdirSync(PAGES).map((file) => file.replace(/\.md$/, ''));

test('there are codes to explain', () => {
  expect(codesInSources().size).toBeGreaterThan(40);
});

test.each([...codesInSources()].sort())('%s has a page', (code) => {
  expect(pages).toContain(code);
});

test.each(pages)('the page of %s explains a code that exists', (code) => {
  expect(codesInSources()).toContain(code);
  const [title, blank, text] = readFileSync(join(PAGES, `${code}.md`), 'utf8').split('\n');
  expect(title).toMatch(new RegExp(`^# ${code}: \\S`));
  expect(blank).toBe('');
  expect(text?.length).toBeGreaterThan(20);
});
