import { beforeAll, describe, expect, test } from '@jest/globals';
import type { DecoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { EncodingTree } from '../../../src/verify/image/encoding-tree.js';
import { Encodings } from '../../../src/verify/image/encodings.js';
import { readImage } from '../../../src/verify/image/elf.js';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { noOperands } from '../../../src/verify/image/instruction-operands.js';
import { surveyOpcodes } from '../../../src/verify/image/opcode-survey.js';
import { readOpcodes } from '../../../src/verify/image/opcode-table.js';
import { buildSnippets } from '../snippets.js';
import { candidate } from './candidates.js';
import { factsWithoutMemory, imageOf, reading, readingOfKnown } from './reading.js';
import { Random } from '../../support/random.js';

/** The table of opcodes that is bundled with the verifier says what the decoder says. */
let iced: Iced;
let table: DecoderFacts;

beforeAll(async () => {
  iced = await loadIced();
  const { list, siblings } = readOpcodes(surveyOpcodes(iced));
  table = { list, siblings, encodings: new Encodings(), tree: new EncodingTree() };
});

/** Whether the table knows the bytes; fails if it knows other than the decoder. */
function isKnown(bytes: Uint8Array): boolean {
  const image = imageOf(bytes);
  const known = readingOfKnown(table, image);
  if (known !== undefined) expect(known).toEqual(reading(factsWithoutMemory(iced), image));
  return known !== undefined;
}

describe('the table of opcodes', () => {
  test.each([
    ['f0 65 67 0f b1 0f', 'lock cmpxchg'],
    ['f0 83 0c 24 00', 'the fence of LLVM'],
    ['66 66 66 66 2e 0f 1f 84 00 00 02 00 00', 'a long nop'],
    ['2e 0f 1f 40 00', 'a nop with a segment'],
    ['48 b8 01 02 03 04 05 06 07 08', 'movabs'],
    ['49 bf ff ff ff ff ff ff ff ff', 'movabs of a small number'],
    ['41 57', 'push'],
    ['41 5f', 'pop'],
    ['40 b6 07', 'mov to sil'],
    ['b6 07', 'mov to dh'],
    ['49 0f cf', 'bswap'],
    ['d9 c9', 'fxch'],
    ['65 67 db 28', 'fld of 80 bits'],
    ['9b', 'fwait'],
    ['df e0', 'fnstsw ax'],
    ['48 d1 e0', 'shl by one'],
    ['48 98', 'cdqe'],
    ['0f ae e8', 'lfence'],
    ['eb 00', 'jmp'],
    ['0f 84 00 00 00 00', 'je'],
    ['e8 00 00 00 00', 'call'],
    ['c3', 'ret'],
    ['c9', 'leave'],
    ['0f 0b', 'ud2'],
    ['66 90', 'a nop of two bytes'],
  ])('knows %s, %s', (hex) => {
    expect(isKnown(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBe(true);
  });

  test.each([
    ['66 e8 00 00 00 00', 'a branch with 66'],
    ['f3 c3', 'ret with f3'],
    ['c5 fd 6f c1', 'an instruction with VEX'],
    ['65 3e 67 8b 07', 'two segments'],
    ['a4', 'movsb'],
  ])('leaves %s, %s, to the decoder', (hex) => {
    expect(isKnown(Buffer.from(hex.replaceAll(' ', ''), 'hex'))).toBe(false);
  });

  test('says nothing wrong of random instructions', () => {
    const random = new Random(7);
    let known = 0;
    for (let roll = 0; roll < 6000; roll++) {
      if (isKnown(candidate(random).subarray(0, 2 + random.below(8)))) known++;
    }
    expect(known).toBeGreaterThan(50);
  });

  test('is never full, whatever opcodes are learnt besides', () => {
    const { siblings } = readOpcodes(surveyOpcodes(iced));
    const operands = { ...noOperands(), code: iced.Code.Mov_r32_rm32, isRegular: true };
    const prefixes = [[], [0x66], [0x67], [0xf2], [0xf3], [0xf0], [0x65], [0x65, 0x67]];
    for (const prefix of prefixes) {
      for (const rest of [[], [0x48]]) {
        for (const map of [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]]) {
          for (let opcode = 0; opcode < 256; opcode++) {
            const bytes = Uint8Array.from([...prefix, ...rest, ...map, opcode, 0]);
            siblings.learn(bytes, 0, operands);
          }
        }
      }
    }
    // What is in no table is looked for up to the next free place.
    expect(siblings.read(Uint8Array.of(0xf0, 0xf2, 0x65, 0x8b, 0), 0, 0, operands)).toBe(false);
  });

  test.each(['pass/calls.s', 'pass/jump-tables.s'])('suffices for the code of %s', (file) => {
    const image = readImage(buildSnippets(file).bytes, () => undefined);
    expect(isKnown(image?.code.bytes ?? new Uint8Array([0xc4]))).toBe(true);
  });
});
