import { beforeAll, describe, expect, test } from '@jest/globals';
import { readImage } from '../../src/verify/image/elf.js';
import { buildSnippets } from './snippets.js';

/** R1 on a good image of which single header fields were changed. */
let image = new Uint8Array();

beforeAll(() => {
  image = new Uint8Array(buildSnippets('pass/calls.s').bytes);
});

/** What is refused of the image after `damage`. */
function refusalsOf(damage: (view: DataView, bytes: Uint8Array) => void): readonly string[] {
  const bytes = image.slice();
  damage(new DataView(bytes.buffer), bytes);
  const messages: string[] = [];
  readImage(bytes, (rule, _address, message) => messages.push(`${rule} ${message}`));
  return messages;
}

/** Offset of a field of a program header. */
function field(view: DataView, header: number, offset: number): number {
  return view.getUint32(32, true) + header * 56 + offset;
}

const FLAGS = 4;
const FILE_OFFSET = 8;
const ADDRESS = 16;
const FILE_SIZE = 32;
const MEMORY_SIZE = 40;

test('the image itself is accepted', () => {
  expect(refusalsOf(() => undefined)).toEqual([]);
});

describe('the header', () => {
  test.each<[string, 8 | 16 | 32, number, number]>([
    ['magic number', 8, 0, 0],
    ['class', 8, 4, 1],
    ['byte order', 8, 5, 2],
    ['OS ABI', 8, 7, 9],
    ['ABI version', 8, 8, 1],
    ['type', 16, 16, 3],
    ['machine', 16, 18, 3],
    ['flags', 32, 48, 1],
    ['entry in the data', 32, 24, 0x10002000],
    ['entry above 4 GiB', 32, 28, 1],
    ['header size', 16, 52, 63],
    ['program header size', 16, 54, 64],
    ['no program headers', 16, 56, 0],
    ['65535 program headers', 16, 56, 0xffff],
    ['program headers behind the end', 32, 32, 0x7fff_ffff],
    ['program headers at 2^63', 32, 36, 0x8000_0000],
  ])('%s', (_name, bits, at, value) => {
    const damage = (view: DataView): void => {
      if (bits === 8) view.setUint8(at, value);
      else if (bits === 16) view.setUint16(at, value, true);
      else view.setUint32(at, value, true);
    };
    expect(refusalsOf(damage)).toEqual([expect.stringContaining('TBV0001')]);
  });
});

describe('a segment', () => {
  const set =
    (header: number, at: number, value: number) =>
    (view: DataView): void => {
      view.setUint32(field(view, header, at), value, true);
    };
  test.each<[string, (view: DataView) => void]>([
    ['of another type', set(0, 0, 2)],
    ['of an interpreter', set(3, 0, 3)],
    ['of thread-local storage', set(3, 0, 7)],
    ['writable code', set(0, FLAGS, 7)],
    ['executable data', set(2, FLAGS, 7)],
    ['executable constants', set(1, FLAGS, 5)],
    ['writable constants', set(1, FLAGS, 6)],
    ['code elsewhere', set(0, ADDRESS, 0x1001_0000)],
    ['code off its page', set(0, ADDRESS, 0x1000_0010)],
    ['constants over the code', set(1, ADDRESS, 0x1000_0000)],
    ['data over the constants', set(2, ADDRESS, 0x1000_1000)],
    ['data above 2 GiB', set(2, ADDRESS, 0x8000_0000)],
    ['data larger than 2 GiB', set(2, MEMORY_SIZE, 0xf000_0000)],
    ['larger in the file than in memory', set(2, FILE_SIZE, 0x1000)],
    ['code that is zeros in memory', set(0, MEMORY_SIZE, 0x1000)],
    ['behind the end of the file', set(0, FILE_OFFSET, 0x7fff_0000)],
    ['an offset of 2^63', set(0, FILE_OFFSET + 4, 0x8000_0000)],
    ['notes behind the end of the file', set(3, FILE_OFFSET, 0x7fff_0000)],
  ])('%s', (_name, damage) => {
    expect(refusalsOf(damage)).toEqual([expect.stringContaining('TBV0001')]);
  });

  test('with a gate slot that is not empty', () => {
    const fill = (view: DataView): void => {
      view.setUint8(view.getUint32(field(view, 1, FILE_OFFSET), true) + 4095, 1);
    };
    expect(refusalsOf(fill)).toEqual([expect.stringContaining('gate slot')]);
  });
});

test('cut off at any length it is refused, without an exception', () => {
  const end = 64 + 4 * 56;
  for (let length = 0; length < end; length++) {
    const messages: string[] = [];
    readImage(image.subarray(0, length), (rule) => messages.push(rule));
    expect(messages).toEqual(['TBV0001']);
  }
});
