/** The IR verifier: snippets, the output of the passes, and damage to it. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { instrument } from '../../src/passes/pipeline.js';
import { SourceText } from '../../src/text/source.js';
import { verifyIr } from '../../src/verify/ir/verify.js';
import { snippets } from './ir/snippets.js';

function refusals(text: string): string[] {
  const source = new SourceText('snippet.ll', text);
  return verifyIr(source).diagnostics.map(({ code, span }) => {
    const { line, column } = source.position(span?.start ?? 0);
    return `${code} ${line}:${column}`;
  });
}

test.each(snippets('pass'))('accepted: $title', ({ text }) => {
  expect(refusals(text)).toEqual([]);
});

test.each(snippets('fail'))('refused: $title', ({ text, refusals: expected }) => {
  expect(expected).not.toEqual([]);
  expect(refusals(text)).toEqual(expected);
});

test('there are enough of them', () => {
  expect(snippets('fail').length).toBeGreaterThanOrEqual(60);
});

const FOLDER = join(import.meta.dirname, '../../fixtures/passes');
const INPUTS = readdirSync(FOLDER, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ll'))
  .sort();
const OPTIONS = (['ir', 'addr32'] as const).flatMap((lowering) =>
  (['data', 'code+data'] as const).map((isolation) => ({ lowering, isolation, keyBits: 15 })),
);

function instrumented(name: string, options: (typeof OPTIONS)[number]): string | undefined {
  const text = readFileSync(join(FOLDER, name), 'latin1');
  return instrument(new SourceText(name, text), options).text;
}

test.each(INPUTS)('what the passes make of %s is accepted', (name) => {
  for (const options of OPTIONS) {
    const text = instrumented(name, options);
    if (text !== undefined) expect(refusals(text)).toEqual([]);
  }
});

/** What a hand, or a pass that is wrong, could do to a line. */
const DAMAGES: readonly (readonly [string, RegExp, string])[] = [
  ['an access leaves the window', /^( {2}.*(?:load|store) .*)ptr addrspace\(256\) %/m, '$1ptr %'],
  [
    'an address is not cut',
    /= zext i32 (%\S+) to i64(\n {2}%\S+ = inttoptr i64 %\S+ to ptr addrspace\(256\))/,
    '= sext i32 $1 to i64$2',
  ],
  [
    'an address is not frozen',
    /^( {2}%tbx\.frozen\S* = )freeze ptr (%\S+)/m,
    '$1bitcast ptr $2 to ptr',
  ],
  ['the note is lost', /^@__tbx_note = .*$/m, ''],
];

test.each(DAMAGES)('damage is refused: %s', (_, what, put) => {
  let damaged = 0;
  for (const name of INPUTS) {
    const text = instrumented(name, { lowering: 'ir', isolation: 'code+data', keyBits: 15 });
    if (text === undefined || !what.test(text)) continue;
    expect(refusals(text.replace(what, put))).not.toEqual([]);
    damaged++;
  }
  expect(damaged).toBeGreaterThan(0);
});
