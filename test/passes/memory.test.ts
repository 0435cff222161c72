import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checkLines } from './check-lines.js';
import { Fixture, judgeByLlvm, judgeCode } from './fixture.js';
import { strayOperands } from './stray-operands.js';

const ROOT = join('fixtures', 'passes');
const FILES = ['confine', 'frames', 'memory'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .sort()
    .map((name) => join(folder, name)),
);

test('there are fixtures', () => {
  expect(FILES.length).toBeGreaterThan(10);
});

describe.each(FILES)('%s', (name) => {
  const fixture = new Fixture(join(ROOT, name));
  const { runs, errors } = fixture;

  test('has runs', () => {
    expect(runs).not.toEqual([]);
  });

  test.each(runs)('$options.lowering, $options.isolation', (run) => {
    const result = fixture.instrument(run);
    if (errors.length > 0 || 'errors' in result) {
      expect('errors' in result ? result.errors : result.text).toEqual(errors);
      return;
    }
    expect(checkLines(fixture.text, run.prefix, result.text)).toEqual([]);
    for (const version of fixture.versions) {
      expect(judgeByLlvm(result.text, version)).toBe('');
      for (const flags of fixture.codeGenerations) {
        expect(judgeCode(result.text, version, flags, run)).toEqual([]);
      }
    }
  });
});

describe('the operand check', () => {
  test.each([
    '\tmovl\t(%rdi), %eax',
    '\tmovl\t%gs:(%rdi), %eax',
    '\tmovl\t%gs:(%edi,%rcx,4), %eax',
    '\tmovl\t%gs:g(%rip), %eax',
    '\tmovups\t%xmm0, 8(%r10)',
    '\tmovl\t8(%rsp,%rax,4), %eax',
    '\tfldt\t(%rdx)',
  ])('refuses %s', (line) => {
    expect(strayOperands(line, 'addr32')).toHaveLength(1);
  });

  test.each([
    '\tmovl\t%gs:8(%edi,%ecx,8), %eax',
    '\tmovl\t%gs:g(%eip), %eax',
    '\tmovl\t8(%rsp), %eax',
    '\tmovsd\t.LCPI0_0(%rip), %xmm0',
    '\tleaq\t(%rdi,%rsi), %rax',
    '\tfadd\t%st, %st(1)',
  ])('accepts %s', (line) => {
    expect(strayOperands(line, 'addr32')).toEqual([]);
  });
});
