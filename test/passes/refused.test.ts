import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../../src/text/index.js';
import { SourceText } from '../../src/text/index.js';
import { instrument } from '../../src/passes/pipeline.js';

const FIXTURES = 'fixtures/passes/refused';

/** `line TBXnnnn: message` for each comment `; ERROR TBXnnnn: message` of a fixture. */
function expectedErrors(text: string): readonly string[] {
  return text.split('\n').flatMap((line, index) => {
    const match = /; ERROR (.*)$/.exec(line);
    return match === null ? [] : [`${index + 1} ${match[1] ?? ''}`];
  });
}

function describeError({ code, message, source, span }: Diagnostic): string {
  const line = source?.position(span?.start ?? 0).line ?? 0;
  return `${line} ${code}: ${message}`;
}

const fixtures = readdirSync(FIXTURES).filter((file) => file.endsWith('.ll'));

describe.each(['data', 'code+data'] as const)('at level %s', (isolation) => {
  // An address without a name matters only where it has a table entry.
  const relevant = fixtures.filter(
    (file) => isolation !== 'data' || file !== 'unnamed-function.ll',
  );

  test.each(relevant)('%s is refused for what it says, and for nothing else', (file) => {
    const text = readFileSync(join(FIXTURES, file), 'latin1');
    const options = { isolation, lowering: 'addr32', keyBits: 15 } as const;
    const result = instrument(new SourceText(file, text), options);
    expect(result.text).toBeUndefined();
    const found = result.diagnostics.map(describeError).sort();
    expect(found).toEqual([...expectedErrors(text)].sort());
  });
});

test('each error of the passes that control refuses has a fixture', () => {
  const refused = fixtures.map((file) => readFileSync(join(FIXTURES, file), 'latin1')).join('');
  const sources = readdirSync('src/passes').map((file) =>
    readFileSync(join('src/passes', file), 'utf8'),
  );
  const codes = new Set(sources.join('').match(/TBX03\d\d/g));
  expect(codes.size).toBeGreaterThan(20);
  for (const code of codes) expect(refused).toContain(`ERROR ${code}:`);
});
