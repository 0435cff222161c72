import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkLines } from './check-lines.js';
import { Fixture, judgeByLlvm, judgeCode, type Run } from './fixture.js';

/**
 * Each fixture is instrumented for both levels. `CHECK` lines hold for both, `CODE` lines for code+data and `DATA`
 * lines for data; `MACHINE` lines, with `-CODE` and `-DATA`, are about the assembler text that clang 22 makes of it.
 */
const FIXTURES = join('fixtures', 'passes', 'control');

const LEVELS = [
  { isolation: 'data', own: 'DATA' },
  { isolation: 'code+data', own: 'CODE' },
] as const;

const fixtures = readdirSync(FIXTURES).sort();

test('there are fixtures', () => {
  expect(fixtures.length).toBeGreaterThan(8);
});

describe.each(LEVELS)('$isolation', ({ isolation, own }) => {
  test.each(fixtures)('%s', (name) => {
    const fixture = new Fixture(join(FIXTURES, name));
    const prefix = `(?:CHECK|${own})`;
    const run: Run = { options: { isolation, lowering: 'addr32', keyBits: 15 }, prefix };
    const result = fixture.instrument(run);
    if ('errors' in result) throw new Error(result.errors.join('\n'));
    expect(checkLines(fixture.text, prefix, result.text)).toEqual([]);
    for (const version of fixture.versions) {
      expect(judgeByLlvm(result.text, version)).toBe('');
      expect(judgeCode(result.text, version, ['-O2'], run)).toEqual([]);
    }
    const asm = `(?:MACHINE|MACHINE-${own})`;
    if (new RegExp(`; ${asm}(?::|-(?:LABEL|NOT|NEXT):)`).test(fixture.text)) {
      expect(checkLines(fixture.text, asm, assemblyOf(result.text))).toEqual([]);
    }
  });
});

function assemblyOf(text: string): string {
  const flags = ['-O2', '-fPIE', '-w', '-Xclang', '-disable-llvm-passes', '-S'];
  const files = ['-x', 'ir', '-', '-o', '-'];
  const { stdout } = spawnSync('clang-22', [...flags, ...files], {
    input: text,
    encoding: 'latin1',
  });
  return stdout;
}
