/** Links between the documents and into the sources, the documents that are made, and the commands that they show. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { REFERENCES } from '../../packaging/reference.js';

const DOCUMENTS = [
  'README.md',
  ...readdirSync('docs', { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join('docs', name)),
  ...readdirSync('integrations').flatMap((name) => {
    const readme = join('integrations', name, 'README.md');
    return existsSync(readme) ? [readme] : [];
  }),
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

test.each(REFERENCES)('%s is what `make reference` makes', (file, make) => {
  expect(readFileSync(file, 'utf8')).toBe(make());
});

test('every document is on the map', () => {
  const map = readFileSync('docs/README.md', 'utf8');
  const pages = readdirSync('docs').filter((name) => name.endsWith('.md') && name !== 'README.md');
  expect(pages.filter((name) => !map.includes(`](${name})`))).toEqual([]);
});

/** A fenced block of a document: the words behind its fence, and its text. */
interface Fence {
  readonly language: string;
  readonly name: string;
  readonly text: string;
}

function fences(document: string): readonly Fence[] {
  const blocks = readFileSync(document, 'utf8').matchAll(/^```(\w+)(?: (\S+))?\n(.*?)^```$/gms);
  return [...blocks].map(([, language = '', name = '', text = '']) => ({ language, name, text }));
}

const SESSIONS = DOCUMENTS.filter((name) =>
  fences(name).some(({ language }) => language === 'console'),
);

test.each(SESSIONS)('the commands in %s say what it shows', (document) => {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-document-'));
  for (const { language, name, text } of fences(document)) {
    if (name !== '') writeFileSync(join(folder, name), text);
    else if (language === 'console') for (const step of steps(text)) expectStep(folder, step);
  }
  rmSync(folder, { recursive: true });
});

interface Step {
  readonly command: string;
  /** What is said, with `…` for anything. */
  readonly expected: string;
  readonly status: number;
}

/** `$ COMMAND`, what it says, and `[exit N]` where that is not 0. */
function steps(text: string): readonly Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...lines] = step.trimEnd().split('\n');
      const status = /^\[exit (\d+)\]$/.exec(lines.at(-1) ?? '')?.[1];
      const expected = lines.slice(0, status === undefined ? undefined : -1).join('\n');
      return { command, expected, status: Number(status ?? 0) };
    });
}

function expectStep(folder: string, { command, expected, status }: Step): void {
  const path = `${resolve('bin')}:${process.env['PATH'] ?? ''}`;
  const env = { ...process.env, PATH: path, TME_BOX: resolve('.'), MAKEFLAGS: '' };
  const said = spawnSync('sh', ['-c', `${command} 2>&1`], { cwd: folder, env, encoding: 'utf8' });
  expect({ command, status: said.status }).toEqual({ command, status });
  expect(plain(said.stdout)).toMatch(pattern(plain(expected)));
}

/** Addresses differ from build to build. */
function plain(text: string): string {
  return text.trimEnd().replaceAll(/0x[0-9a-f]+/g, '0x0');
}

function pattern(expected: string): RegExp {
  const parts = expected.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
