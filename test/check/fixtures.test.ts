/**
 * The files of fixtures/check: each holds one mistake, and `; error: MESSAGE [CODE]` behind or above the line that it
 * is about. Files without such a comment must be accepted.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkModule } from '../../src/check/index.js';
import { SourceText, parseModule } from '../../src/ir/index.js';
import type { Diagnostic } from '../../src/ir/index.js';

const FOLDERS = ['fixtures/check', 'fixtures/ir'];
const EXPECTATION = /; error: (.*)$/;

interface Fixture {
  readonly name: string;
  readonly text: string;
}

function fixtures(): Fixture[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(folder)
      .filter((name) => name.endsWith('.ll'))
      .map((name) => ({ name, text: readFileSync(join(folder, name), 'latin1') })),
  );
}

/** `LINE: MESSAGE [CODE]` of each comment; one that has its line alone is about the next line. */
function expected(text: string): string[] {
  return text.split('\n').flatMap((line, at) => {
    const message = EXPECTATION.exec(line)?.[1];
    const own = line.startsWith('; error:') ? at + 2 : at + 1;
    return message === undefined ? [] : [`${own}: ${message}`];
  });
}

function found(name: string, text: string): string[] {
  const { value: module, diagnostics } = parseModule(new SourceText(name, text));
  return (module === undefined ? diagnostics : checkModule(module)).map(show);
}

function show({ source, span, message, code }: Diagnostic): string {
  const line = span === undefined ? 0 : source?.position(span.start).line;
  return `${line ?? 0}: ${message} [${code}]`;
}

test.each(fixtures())('$name', ({ name, text }) => {
  expect(found(name, text)).toEqual(expected(text));
});

test('each code of the checks has a fixture', () => {
  const pages = readdirSync('docs/diagnostics').filter((name) => name.startsWith('TBX04'));
  const texts = fixtures()
    .map(({ text }) => text)
    .join('\n');
  for (const page of pages) expect(texts).toContain(`[${page.replace('.md', '')}]`);
});
