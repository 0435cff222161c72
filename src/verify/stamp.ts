/**
 * The verdict that a verified image carries, and the digest that names its bytes. The loader
 * (runtime/host/verdict.c) reads the one and computes the other; docs/decisions/0008 says what they prove.
 */
import { createHash } from 'node:crypto';
import { type ImageFile, VERDICT_SIZE } from './image/elf.js';

/** Number of the verifier's rules, raised when a hole in them is closed: hosts can refuse what older ones accepted. */
export const VERIFIER = 3;

export type Level = ImageFile['isolation'];

/** What an image says of itself. */
export interface Stamp {
  readonly level: Level;
  readonly verifier: number;
  /** 64 hexadecimal digits. */
  readonly digest: string;
}

/** Names the form of what is hashed. */
const FORM = 'TME-Box image 1\0';

/**
 * SHA-256, in hexadecimal digits, of all that is mapped of an image and all that decides how: isolation, entry, and
 * the places, sizes and bytes of the three segments, the verdict itself being zeros.
 */
export function imageDigest({ isolation, entry, code, readOnly, data }: ImageFile): string {
  const hash = createHash('sha256');
  const segments = [code, readOnly, data];
  const words = [
    isolation === 'code+data' ? 1 : 0,
    entry,
    ...segments.flatMap(({ start, end, bytes }) => [start, end - start, bytes.length]),
  ];
  const head = new DataView(new ArrayBuffer(8 * words.length));
  words.forEach((word, index) => {
    head.setBigUint64(8 * index, BigInt(word), true);
  });
  hash.update(FORM, 'latin1').update(head);
  for (const { bytes } of segments) hash.update(bytes);
  return hash.digest('hex');
}

/** What the image says of itself: undefined if it says nothing, or nothing that can be read. */
export function readStamp({ verdict }: ImageFile): Stamp | undefined {
  const text = String.fromCharCode(...(verdict?.bytes ?? []));
  const words = /^verified=(data|code\+data) verifier=(\d{1,6}) sha256=([0-9a-f]{64})\0+$/.exec(
    text,
  );
  if (words === null) return undefined;
  const [, level, verifier, digest = ''] = words;
  return { level: level === 'data' ? 'data' : 'code+data', verifier: Number(verifier), digest };
}

/**
 * Writes the verdict into `file`, the bytes that `image` was read from. False when the file has no room for one, as
 * it was not linked with runtime/guest/image.ld.
 */
export function writeStamp(file: Uint8Array, image: ImageFile, level: Level): boolean {
  if (image.verdict === undefined) return false;
  const text = `verified=${level} verifier=${VERIFIER} sha256=${imageDigest(image)}`;
  const { offset } = image.verdict;
  file.fill(0, offset, offset + VERDICT_SIZE);
  file.set(new TextEncoder().encode(text), offset);
  return true;
}
