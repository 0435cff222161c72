import { expect, test } from '@jest/globals';
import { readImage } from '../../src/verify/image/elf.js';
import { prove } from '../../src/verify/prove.js';
import { imageDigest, readStamp, VERIFIER } from '../../src/verify/stamp.js';
import { link } from './snippets.js';

/** An image with room for a verdict, as runtime/guest/image.ld leaves it. */
const IMAGE = (notes: string): string => `
\t.section .note.tmebox, "a", @note
\t.long 8, 28, 1
\t.asciz "TME-Box"
\t.asciz "abi=1 isolate=any keybits=1"
${notes}
\t.section .tbx.gate, "a", @progbits
\t.zero 8
\t.data
\t.quad 1
\t.text
\t.globl _start
_start: ud2
`;
const ROOM = '\t.long 8, 128, 3\n\t.asciz "TME-Box"\nroom:\t.zero 128\n';

function refusals(bytes: Uint8Array): readonly string[] {
  const messages: string[] = [];
  readImage(bytes, (_rule, _address, message) => messages.push(message));
  return messages;
}

function read(bytes: Uint8Array): NonNullable<ReturnType<typeof readImage>> {
  const image = readImage(bytes, (_rule, _address, message) => {
    throw new Error(message);
  });
  if (image === undefined) throw new Error('no image');
  return image;
}

test('a verdict is written where there is room, says what was proven, and does not change the digest', async () => {
  const bytes = new Uint8Array(link(IMAGE(ROOM)));
  const before = imageDigest(read(bytes));
  expect(readStamp(read(bytes))).toBeUndefined();
  const proof = await prove(bytes, 'a');
  if (proof.kind === 'refused') throw new Error(proof.lines.join('\n'));
  expect(proof).toMatchObject({ digest: before, stamp: undefined });
  expect(proof.writeStamp()).toBe(true);
  expect(readStamp(read(bytes))).toEqual({
    level: 'code+data',
    verifier: VERIFIER,
    digest: before,
  });
  expect(imageDigest(read(bytes))).toBe(before);
  expect(await prove(bytes, 'a')).toMatchObject({ digest: before, stamp: { digest: before } });
});

test('the verdict stays in the file that is read, whatever kind of bytes these are', () => {
  const bytes = link(IMAGE(ROOM));
  const { verdict } = read(bytes);
  bytes.fill(0xaa, verdict?.offset, (verdict?.offset ?? 0) + 128);
  const before = Buffer.from(bytes);
  read(bytes);
  expect(before.equals(bytes)).toBe(true);
});

test('the verifier sees zeros where the verdict stands', () => {
  const bytes = new Uint8Array(link(IMAGE(ROOM)));
  const { verdict, readOnly } = read(bytes);
  bytes.fill(0xaa, verdict?.offset, (verdict?.offset ?? 0) + 128);
  expect(read(bytes).readOnly.bytes).toEqual(readOnly.bytes);
  expect(readStamp(read(bytes))).toBeUndefined();
});

test('every byte that is mapped is in the digest, but for the verdict itself', () => {
  const bytes = new Uint8Array(link(IMAGE(ROOM)));
  const image = read(bytes);
  const digest = imageDigest(image);
  const room = image.verdict?.offset ?? 0;
  // The code, the owner of the note, the verdict's first and last byte.
  const changed = [0x1000, room - 1, room, room + 128 - 1].map((place) => {
    const other = bytes.slice();
    other[place] = (other[place] ?? 0) ^ 1;
    return imageDigest(read(other)) === digest ? 'same' : 'another';
  });
  expect(changed).toEqual(['another', 'another', 'same', 'same']);
});

test('without room there is no verdict', async () => {
  const proof = await prove(new Uint8Array(link(IMAGE(''))), 'a');
  expect(proof.kind === 'proven' && !proof.writeStamp()).toBe(true);
});

test.each([
  ['two rooms', ROOM + ROOM.replace('room:', ''), 'it has two notes for a verdict'],
  ['a small room', ROOM.replaceAll('128', '124'), 'the room for the verdict has a wrong size'],
])('%s are refused', (_name, notes, message) => {
  expect(refusals(new Uint8Array(link(IMAGE(notes))))).toEqual([message]);
});

test('room outside of the read-only segment is refused', () => {
  const bytes = new Uint8Array(link(IMAGE(ROOM)));
  const view = new DataView(bytes.buffer);
  const headers = view.getUint32(32, true);
  const start = view.getUint32(headers + 3 * 56 + 8, true);
  const size = view.getUint32(headers + 3 * 56 + 32, true);
  // The same notes in the code segment's page of the file.
  const code = view.getUint32(headers + 8, true) + 0x200;
  const longer = new Uint8Array(Math.max(bytes.length, code + size));
  longer.set(bytes);
  longer.copyWithin(code, start, start + size);
  new DataView(longer.buffer).setUint32(headers + 3 * 56 + 8, code, true);
  expect(refusals(longer)).toEqual(['the room for the verdict is not in the read-only segment']);
});

test.each([
  ['code', 0],
  ['data', 2],
])('room that is in the %s too is refused: the loader zeroes it', (_what, header) => {
  const bytes = new Uint8Array(link(IMAGE(ROOM)));
  const view = new DataView(bytes.buffer);
  const at = view.getUint32(32, true) + header * 56;
  const size = view.getUint32(at + 32, true);
  const { verdict } = read(bytes);
  for (const [offset, isApart] of [
    [-size, true],
    [1 - size, false],
    [127, false],
    [128, true],
  ] as const) {
    view.setUint32(at + 8, (verdict?.offset ?? 0) + offset, true);
    const expected = isApart ? [] : ['the room for the verdict is in another segment, too'];
    expect(refusals(bytes)).toEqual(expected);
  }
});
