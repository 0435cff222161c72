/** The verifier's reader of image files against the loader's, on damaged files. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { imageIn } from '../../src/verify/image/container.js';
import { readImage } from '../../src/verify/image/elf.js';
import { imageDigest } from '../../src/verify/stamp.js';
import type { Random } from '../support/random.js';
import { BUILD } from './build.js';

/** Prints what the loader reads. */
export const IMAGE_DUMP = join(BUILD, 'test', 'image_dump');

const [HEADER, PROGRAM_HEADER, SECTION_HEADER, PAGE] = [64, 56, 64, 0x1000];
const [SHT_PROGBITS, SHT_STRTAB, SHT_NOBITS] = [1, 3, 8];
/** Of a section header: where its bytes are. */
const SECTION_OFFSET = 24;
const MOST_EDITS = 4;

/** Where the fields and tables of a file are that either reader looks at. */
interface Places {
  /** Words of 4 bytes. */
  readonly words: readonly number[];
  /** Program headers' offsets in the file: what moves a segment or the notes. */
  readonly offsets: readonly number[];
}

/** How many files were read alike, by both or by one only. */
export interface Counts {
  both: number;
  none: number;
  onlyLoader: number;
  onlyVerifier: number;
}

/** What the two make of the same files differently, as far as it could be run. */
export function differences(files: readonly Uint8Array[], counts: Counts): readonly string[] {
  const lines = loaderLines(files);
  return files.flatMap((file, number) => {
    const loader = lines[number] ?? 'no answer';
    const image = readImage(imageIn(file), () => undefined);
    const isLoaded = !loader.startsWith('refused');
    if (image === undefined || !isLoaded) {
      if (isLoaded) counts.onlyLoader++;
      else if (image !== undefined) counts.onlyVerifier++;
      else counts.none++;
      return [];
    }
    counts.both++;
    const [digest, ...functions] = loader.split(' ');
    const known = new Set(['0', ...image.exports.map(String)]);
    const unknown = functions.filter((address) => !known.has(address));
    return digest === imageDigest(image) && unknown.length === 0
      ? []
      : [`the loader reads ${loader}, the verifier ${imageDigest(image)} ${[...known].join(' ')}`];
  });
}

function loaderLines(files: readonly Uint8Array[]): readonly string[] {
  const input = files.flatMap((file) => {
    const size = Buffer.alloc(4);
    size.writeUInt32LE(file.length);
    return [size, file];
  });
  const options = { input: Buffer.concat(input), encoding: 'latin1', maxBuffer: 2 ** 30 } as const;
  const { stdout, status } = spawnSync(IMAGE_DUMP, [], options);
  if (status !== 0) throw new Error(`image_dump ended with ${String(status)}`);
  return stdout.split('\n');
}

/** A program as tbx-cc links it, with the image in a section, and another one that no section has any more. */
export function programOf(image: Uint8Array): Uint8Array {
  const names = Buffer.from('.tbx.image\0.text\0', 'latin1');
  const start = HEADER + 4 * SECTION_HEADER;
  const sections = [
    { name: 0, type: SHT_NOBITS, offset: start + image.length, size: image.length },
    { name: 0, type: SHT_PROGBITS, offset: start, size: image.length },
    { name: 11, type: SHT_PROGBITS, offset: 0, size: HEADER },
    { name: 16, type: SHT_STRTAB, offset: start + 2 * image.length, size: names.length },
  ];
  const head = Buffer.alloc(start);
  head.write('\x7fELF', 'latin1');
  head.writeUInt32LE(HEADER, 40);
  head.writeUInt16LE(SECTION_HEADER, 58);
  head.writeUInt16LE(sections.length, 60);
  head.writeUInt16LE(sections.length - 1, 62);
  sections.forEach(({ name, type, offset, size }, index) => {
    const at = HEADER + index * SECTION_HEADER;
    head.writeUInt32LE(name, at);
    head.writeUInt32LE(type, at + 4);
    head.writeUInt32LE(offset, at + 24);
    head.writeUInt32LE(size, at + 32);
  });
  const other = Buffer.from(image);
  const view = new DataView(other.buffer, other.byteOffset, other.length);
  const code = view.getUint32(view.getUint32(32, true) + 8, true);
  other.writeUInt8(0xcc, code);
  return Buffer.concat([head, image, other, names]);
}

/** The file with a few of its fields changed, mostly to what stands in others. */
export function damagedFile(file: Uint8Array, random: Random): Uint8Array {
  const bytes = new Uint8Array(file);
  const view = new DataView(bytes.buffer);
  const places = placesOf(view);
  for (let edit = 1 + random.below(MOST_EDITS); edit > 0; edit--) {
    const isMove = random.below(3) === 0;
    const at = random.pick(isMove ? places.offsets : places.words);
    if (at + 4 > bytes.length) continue;
    view.setUint32(at, valueFor(view, at, places, random), true);
  }
  return bytes;
}

function valueFor(view: DataView, at: number, { words, offsets }: Places, random: Random): number {
  const other = random.pick(random.below(2) === 0 ? words : offsets);
  const value = other + 4 <= view.byteLength ? view.getUint32(other, true) : 0;
  const step = random.pick([1, 8, 16, 128, PAGE]);
  switch (random.below(6)) {
    case 0:
      return value;
    case 1:
      return (value + step) >>> 0;
    case 2:
      return (value - step) >>> 0;
    case 3:
      return (view.getUint32(at, true) ^ (1 << random.below(32))) >>> 0;
    case 4:
      return random.pick([0, 1, 8, view.byteLength, 2 ** 31, 2 ** 32 - 1]);
    default:
      return (view.getUint32(at, true) + random.pick([step, -step])) >>> 0;
  }
}

function placesOf(view: DataView): Places {
  const table = view.getUint32(32, true);
  const count = view.getUint16(56, true);
  const headers = Array.from({ length: count }, (_, index) => table + index * PROGRAM_HEADER);
  const sections = view.getUint32(40, true);
  const sectionCount = Math.min(view.getUint16(60, true), 8);
  const constants = headers[1] === undefined ? 0 : view.getUint32(headers[1] + 8, true);
  const notes = headers.at(-1) === undefined ? 0 : view.getUint32((headers.at(-1) ?? 0) + 8, true);
  return {
    words: [
      ...wordsFrom(0, HEADER),
      ...wordsFrom(table, count * PROGRAM_HEADER),
      ...wordsFrom(sections, sectionCount * SECTION_HEADER),
      ...wordsFrom(constants + PAGE, 512),
      ...wordsFrom(notes, 512),
    ],
    offsets: [
      ...headers.map((header) => header + 8),
      ...Array.from(
        { length: sectionCount },
        (_, index) => sections + index * SECTION_HEADER + SECTION_OFFSET,
      ),
    ],
  };
}

function wordsFrom(start: number, size: number): readonly number[] {
  return Array.from({ length: size / 4 }, (_, index) => start + 4 * index);
}
