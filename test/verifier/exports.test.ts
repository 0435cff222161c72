import { beforeAll, describe, expect, test } from '@jest/globals';
import { analyse } from '../../src/verify/image/analysis.js';
import { decodeImage } from '../../src/verify/image/decode.js';
import { decoderFacts } from '../../src/verify/image/decoder-facts.js';
import { readImage } from '../../src/verify/image/elf.js';
import { type Iced, loadIced } from '../../src/verify/image/iced.js';
import { instructionAt } from '../../src/verify/image/tables.js';
import { linkWithPrelude } from './snippets.js';

/** R11 for functions that the host calls: it passes arguments in registers only. */
let iced: Iced;

beforeAll(async () => {
  iced = await loadIced();
});

/** The rules by which an image is refused of which this is the first function, and exported. */
function rulesOf(body: string): readonly string[] {
  const bytes = linkWithPrelude(`\t.globl _start\n_start:\n${body}\n\tret\n`);
  const rules: string[] = [];
  const refuse = (rule: string): void => {
    rules.push(rule);
  };
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error('no image');
  const code = decodeImage(decoderFacts(iced), image, refuse);
  const exported = instructionAt(code, image.entry);
  analyse(image, code, { entry: undefined, exports: [exported], candidates: [] }, refuse);
  return rules;
}

describe('a function that the host calls', () => {
  test.each([
    ['reads an argument on the stack', 'movq 8(%rsp), %rax'],
    ['writes one', 'movq $0, 16(%rsp)'],
    ['jumps to a function that does', 'jmp writes_argument'],
  ])('is refused if it %s', (_what, body) => {
    expect(rulesOf(body)).toContain('TBV0011');
  });

  test('is accepted without', () => {
    expect(rulesOf('movq %rdi, %rax')).toEqual([]);
  });
});
