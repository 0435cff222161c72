import { beforeAll, describe, expect, test } from '@jest/globals';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { readImage } from '../../../src/verify/image/elf.js';
import { buildSnippets } from '../snippets.js';
import { decode, difference, disassemble } from './compare.js';
import { ALLOWED_CODES, rollSample } from './sample.js';
import { sizeDifference } from './sizes.js';

/** What the verifier's decoder and LLVM's make of the same bytes; `make verifier-decoder` compares more of them. */
let iced: Iced;

beforeAll(async () => {
  iced = await loadIced();
});

function differences(bytes: Uint8Array): readonly string[] {
  const code = decode(iced, bytes);
  const text = disassemble(bytes);
  return Array.from({ length: code.count }, (_, at) => {
    const found = difference(code, at, text);
    const number = code.encodings.code[code.encoding[at] ?? 0] ?? 0;
    return found === undefined
      ? ''
      : `0x${(code.address[at] ?? 0).toString(16)} ${iced.Code[number]}: ${found}`;
  }).filter((line) => line !== '');
}

describe('iced-x86 and LLVM agree', () => {
  test.each(['pass/operands.s', 'pass/frames.s', 'pass/calls.s', 'pass/jump-tables.s'])(
    'about the code of %s',
    (file) => {
      const image = readImage(buildSnippets(file).bytes, () => undefined);
      expect(image).toBeDefined();
      expect(differences(image?.code.bytes ?? new Uint8Array())).toEqual([]);
    },
  );

  test('about allowed instructions of many codes', () => {
    const { bytes, codes } = rollSample(iced, 1, 60_000, 2);
    expect(codes).toBeGreaterThan(ALLOWED_CODES / 3);
    expect(differences(bytes)).toEqual([]);
  });

  test('about the sizes of operands in memory', () => {
    const { bytes } = rollSample(iced, 2, 60_000, 2);
    const code = decode(iced, bytes);
    const text = disassemble(bytes, 'intel');
    const found = Array.from({ length: code.count }, (_, at) =>
      sizeDifference(code, at, text.get(code.address[at] ?? 0) ?? ''),
    );
    expect(found.filter((line) => line !== undefined)).toEqual([]);
  });

  test('and a difference is seen', () => {
    const bytes = Uint8Array.from([0x48, 0x89, 0x44, 0x24, 0x08]);
    const code = decode(iced, bytes);
    const line = (text: string): string | undefined =>
      difference(code, 0, new Map([[code.start, text]]));
    expect(line('movq %rax, 8(%rsp)')).toBeUndefined();
    expect(line('movq %rax, 8(%rbp)')).toContain('base');
    expect(line('movq %rax, 9(%rsp)')).toContain('displacement');
    expect(line('movq %rax, %gs:8(%rsp)')).toContain('segments');
    expect(line('movq %rax, 8(%rsp,%rcx,2)')).toBeDefined();
    expect(line('movl %eax, 8(%rsp)')).toContain('%rax');
    expect(line('movq %rax, %rcx')).toContain('memory');
    expect(difference(code, 0, new Map([[code.start + 1, 'nop']]))).toBeDefined();
    expect(sizeDifference(code, 0, 'mov qword ptr [rsp + 8], rax')).toBeUndefined();
    expect(sizeDifference(code, 0, 'mov dword ptr [rsp + 8], eax')).toBeDefined();
    expect(sizeDifference(code, 0, 'mov rax, rcx')).toBeDefined();
  });
});
