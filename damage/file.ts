import { type ImageFile, readImage } from '../src/verify/image/elf.js';
import { imageDigest, readStamp } from '../src/verify/stamp.js';
import type { Patch } from './kind.js';
import type { Victim } from './victim.js';

/** Damage to the file around the code: ELF header, program headers, notes, verdict. */
export interface FileDamage {
  readonly part: 'ELF header' | 'program headers' | 'notes' | 'verdict';
  readonly patch: Patch;
}

/** Bits that are turned over, one byte at a time. */
const FLIPS = [0x01, 0x02, 0x04, 0x10, 0x80, 0xff];
const HEADER = 64;
const PROGRAM_HEADER = 56;
const PT_NOTE = 4;

/** Every byte of the headers, of the notes and of the verdict, turned over in several ways. */
export function fileDamages({ bytes, image }: Victim): readonly FileDamage[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const table = view.getUint32(32, true);
  const count = view.getUint16(56, true);
  const tableEnd = table + count * PROGRAM_HEADER;
  const note = Array.from({ length: count }, (_, index) => table + index * PROGRAM_HEADER).find(
    (at) => view.getUint32(at, true) === PT_NOTE,
  );
  const noteAt = note === undefined ? 0 : view.getUint32(note + 8, true);
  const noteEnd = noteAt + (note === undefined ? 0 : view.getUint32(note + 32, true));
  const verdictAt = image.verdict?.offset ?? noteEnd;
  const over = (part: FileDamage['part'], from: number, to: number): readonly FileDamage[] =>
    Array.from({ length: Math.max(0, to - from) }, (_, index) => from + index).flatMap((at) =>
      FLIPS.map((flip) => ({ part, patch: { at, bytes: [(bytes[at] ?? 0) ^ flip] } })),
    );
  return [
    ...over('ELF header', 0, HEADER),
    ...over('program headers', table, tableEnd),
    // The notes of one object are like those of the next.
    ...over('notes', noteAt, Math.min(verdictAt, noteAt + 160)),
    ...over('verdict', verdictAt - 20, verdictAt + 110),
  ];
}

/**
 * What becomes of a damaged file before a single instruction is looked at: it is no image; or the same image, as
 * nothing was damaged that anything depends on; or another one, which has another digest, so that the loader refuses
 * it, and which is for the verifier to judge.
 */
export type FileOutcome = 'no image' | 'same image' | 'same image, other verdict' | 'other image';

export function fileOutcome(victim: Victim, damaged: Uint8Array): FileOutcome {
  const image = readImage(damaged, () => undefined);
  if (image === undefined) return 'no image';
  if (imageDigest(image) !== imageDigest(victim.image)) return 'other image';
  return verdictOf(image) === verdictOf(victim.image) ? 'same image' : 'same image, other verdict';
}

/** The number of the verifier's rules is what the supplier says; it is no part of the image. */
function verdictOf(image: ImageFile): string {
  const stamp = readStamp(image);
  return stamp === undefined ? 'none' : `${stamp.level} ${stamp.digest}`;
}
