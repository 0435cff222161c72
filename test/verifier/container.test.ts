import { expect, test } from '@jest/globals';
import { imageIn } from '../../src/verify/image/container.js';
import { prove } from '../../src/verify/prove.js';
import { buildSnippets } from './snippets.js';

/** What the loader would run is what is verified, in files with sections of every kind. */
const HEADER = 64;
const [PROGBITS, NOBITS] = [1, 8];

interface Section {
  readonly name: string;
  readonly type?: number;
  readonly bytes: Uint8Array;
}

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** `head` and behind it the sections, with the names in the last one, and their headers. */
function withSections(
  head: Uint8Array,
  sections: readonly Section[],
  change: (view: DataView, table: number) => void = () => undefined,
): Uint8Array {
  const names = `${sections.map(({ name }) => name).join('\0')}\0`;
  const all = [...sections, { name: '', bytes: text(names) }];
  const places = all.map((_, index) =>
    all.slice(0, index).reduce((sum, { bytes }) => sum + bytes.length, head.length),
  );
  const table = all.reduce((sum, { bytes }) => sum + bytes.length, head.length);
  const file = new Uint8Array(table + HEADER * all.length);
  const view = new DataView(file.buffer);
  file.set(head);
  all.forEach(({ name, type = PROGBITS, bytes }, index) => {
    const at = table + HEADER * index;
    file.set(bytes, places[index] ?? 0);
    const nameAt = sections.slice(0, index).reduce((sum, other) => sum + other.name.length + 1, 0);
    view.setUint32(at, name === '' ? names.length - 1 : nameAt, true);
    view.setUint32(at + 4, type, true);
    view.setUint32(at + 24, places[index] ?? 0, true);
    view.setUint32(at + 32, bytes.length, true);
  });
  view.setUint32(40, table, true);
  view.setUint16(58, HEADER, true);
  view.setUint16(60, all.length, true);
  view.setUint16(62, all.length - 1, true);
  change(view, table);
  return file;
}

const ELF = Uint8Array.from([0x7f, ...text('ELF'), ...new Uint8Array(60)]);
const good: Section = { name: '.tbx.image', bytes: text('good') };
const evil: Section = { name: '.tbx.image', bytes: text('evil') };

test('the first section of that name that is in the file has the image', () => {
  expect(imageIn(withSections(ELF, [{ name: '.text', bytes: text('x') }, evil, good]))).toEqual(
    evil.bytes,
  );
  expect(imageIn(withSections(ELF, [{ ...good, type: NOBITS }, evil]))).toEqual(evil.bytes);
  const outside = (view: DataView, table: number): void => {
    view.setUint32(table + 28, 1, true);
  };
  expect(imageIn(withSections(ELF, [good, evil], outside))).toEqual(evil.bytes);
});

test.each<[string, (view: DataView, table: number) => void]>([
  [
    'no ELF file',
    (view) => {
      view.setUint8(0, 0);
    },
  ],
  [
    'headers of another size',
    (view) => {
      view.setUint16(58, 65, true);
    },
  ],
  [
    'names that are not in the file',
    (view, table) => {
      view.setUint32(table + 64 + 4, NOBITS, true);
    },
  ],
  [
    'names outside their section',
    (view, table) => {
      view.setUint32(table + 64 + 32, 5, true);
    },
  ],
  [
    'no section of names',
    (view) => {
      view.setUint16(62, 2, true);
    },
  ],
  [
    'more headers than the file has',
    (view) => {
      view.setUint16(60, 3, true);
    },
  ],
])('a file with %s is the image itself', (_what, change) => {
  const file = withSections(ELF, [good], change);
  expect(imageIn(file)).toBe(file);
});

test('a file that is an image, and has another in a section, is refused', async () => {
  const { bytes } = buildSnippets('pass/calls.s');
  const proof = await prove(withSections(bytes, [{ name: '.tbx.image', bytes }]), 'a');
  expect(proof.kind).toBe('refused');
  expect((await prove(withSections(ELF, [{ name: '.tbx.image', bytes }]), 'a')).kind).toBe(
    'proven',
  );
});
