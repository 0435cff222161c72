/** Places in the source for addresses of an image, from its debug information. They decide nothing. */

import { relative } from 'node:path';
import { inflateSync } from 'node:zlib';
import { printable } from '../text/printable.js';
import { sectionNamed } from '../verify/image/container.js';
import { findPlaces, type Place } from './debug/line-program.js';

/** A compressed section: a header of 24 bytes, which begins with the kind of compression, and zlib's bytes. */
const [SHF_COMPRESSED, ELFCOMPRESS_ZLIB, COMPRESSION_HEADER_SIZE] = [0x800, 1, 24];
/** What a section may be when it is no longer compressed: a few bytes could become more than there is memory. */
const MAX_SECTION = 256 << 20;

/**
 * Lines such as `a.c:3:5` for those of `addresses` that have one. An image may be hostile, so no program that was made
 * for trusted files reads it.
 */
export function sourceLines(
  image: Uint8Array,
  addresses: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const sections = {
    lines: debugSection(image, '.debug_line'),
    lineStrings: debugSection(image, '.debug_line_str'),
    strings: debugSection(image, '.debug_str'),
  };
  const places = [...findPlaces(sections, addresses)];
  return Promise.resolve(new Map(places.map(([address, place]) => [address, spell(place)])));
}

/** The contents of the section; nothing where there are none that can be read. */
function debugSection(image: Uint8Array, name: string): Uint8Array {
  const { bytes, flags } = sectionNamed(image, name) ?? { bytes: new Uint8Array(), flags: 0 };
  if ((flags & SHF_COMPRESSED) === 0) return bytes;
  if (bytes.length < COMPRESSION_HEADER_SIZE || bytes[0] !== ELFCOMPRESS_ZLIB)
    return new Uint8Array();
  try {
    const packed = bytes.subarray(COMPRESSION_HEADER_SIZE);
    return inflateSync(packed, { maxOutputLength: MAX_SECTION });
  } catch {
    return new Uint8Array();
  }
}

/** Below the working directory a path is shown from there. */
function spell({ file, line, column }: Place): string {
  const fromHere = relative(process.cwd(), file);
  const path = printable(fromHere.startsWith('..') ? file : fromHere);
  return column > 0 ? `${path}:${line}:${column}` : `${path}:${line}`;
}
