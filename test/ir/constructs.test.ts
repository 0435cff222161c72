/** Some 500 cases of one matter each: what is read and printed, by all versions that have it, and what is rejected. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { printModuleCanonical } from '../../src/ir/index.js';
import { chapters, exists, intruding, modules } from './constructs/cases.js';
import { firstError, rejectedCases } from './constructs/rejected.js';
import { table } from './constructs/table.js';
import { difference, disassembly, moduleOf, reprinted, valueOf } from './fixtures.js';

const CHAPTERS = chapters();

describe.each(CHAPTERS)('$title', (chapter) => {
  test.each(chapter.cases)('$title', ({ text }) => {
    const module = moduleOf(text);
    expect(reprinted(module)).toBe(text);
    const canonical = valueOf(printModuleCanonical(module));
    expect(valueOf(printModuleCanonical(moduleOf(canonical)))).toBe(canonical);
  });

  test.each([
    ['with CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['without a final newline', (text: string) => text.trimEnd()],
    ['with comments in front of all lines', (text: string) => text.replaceAll(/^/gm, '; {"\n')],
  ] as const)('%s, it prints as it came', (_, change) => {
    for (const { text } of chapter.cases) {
      const changed = change(text);
      expect(reprinted(moduleOf(changed))).toBe(changed);
    }
  });

  test.each(['19', '22'] as const)('LLVM %s reads the same from the canonical print', (version) => {
    for (const text of modules(chapter, Number(version))) {
      const canonical = valueOf(printModuleCanonical(moduleOf(text)));
      expect(difference(text, canonical, version)).toBeUndefined();
    }
  });

  test('what came after LLVM 19 is unknown to it', () => {
    for (const one of chapter.cases.filter((other) => !exists(other, 19))) {
      const rejected = disassembly(intruding(chapter, one, 19), '19').startsWith('error: ');
      expect([one.title, rejected]).toEqual([one.title, true]);
    }
  });
});

test('docs/llvm-ir-constructs.md is the table of these cases', () => {
  const page = readFileSync(join(process.cwd(), 'docs/llvm-ir-constructs.md'), 'utf8');
  expect(page).toBe(table(CHAPTERS));
});

test.each(rejectedCases())('rejected: $title', ({ text, expected, line }) => {
  expect(firstError(text)).toBe(expected);
  const { stderr } = spawnSync('llvm-as-22', ['-o', '-', '-'], {
    input: Buffer.from(text, 'latin1'),
  });
  expect(/<stdin>:(\d+):/.exec(stderr.toString('latin1'))?.[1]).toBe(String(line));
});

test('there are enough of them', () => {
  const accepted = CHAPTERS.reduce((sum, { cases }) => sum + cases.length, 0);
  expect(accepted).toBeGreaterThanOrEqual(300);
  expect(rejectedCases().length).toBeGreaterThanOrEqual(100);
});
