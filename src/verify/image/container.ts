/**
 * Finds the image in a file: the file itself, or the section of a program that tbx-cc linked. The loader finds it by the
 * same rules (`tbx_elf_find_section` in runtime/host), so that what is verified is what runs.
 */

/** Where tbx-cc puts the image (src/driver/program.ts); the runner starts what lies there. */
const SECTION = '.tbx.image';
const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;
const SHT_NOBITS = 8;

/** The bytes of the image in `file`, which is the image where there is no such section. */
export function imageIn(file: Uint8Array): Uint8Array {
  return sectionNamed(file, SECTION)?.bytes ?? file;
}

/** The contents and flags of the first section of that name that has any. */
export function sectionNamed(
  file: Uint8Array,
  wanted: string,
): { readonly bytes: Uint8Array; readonly flags: number } | undefined {
  const sections = sectionsOf(file);
  const names = sections[namesIndex(file)]?.bytes;
  if (names === undefined) return undefined;
  for (const { name, bytes, flags } of sections)
    if (bytes !== undefined && isNamed(names, name, wanted)) return { bytes, flags };
  return undefined;
}

interface Section {
  /** Offset among the names. */
  readonly name: number;
  /** The lower half. */
  readonly flags: number;
  /** Undefined where they are not in the file. */
  readonly bytes: Uint8Array | undefined;
}

function namesIndex(file: Uint8Array): number {
  return file.length < HEADER_SIZE ? 0 : viewOf(file).getUint16(62, true);
}

function sectionsOf(file: Uint8Array): readonly Section[] {
  if (file.length < HEADER_SIZE) return [];
  const view = viewOf(file);
  const table = word(view, 40);
  const count = view.getUint16(60, true);
  const isTable =
    view.getUint32(0) === 0x7f45_4c46 &&
    view.getUint16(58, true) === SECTION_HEADER_SIZE &&
    isInside(file, table, count * SECTION_HEADER_SIZE);
  return isTable
    ? Array.from({ length: count }, (_, index) =>
        section(file, view, table + index * SECTION_HEADER_SIZE),
      )
    : [];
}

function section(file: Uint8Array, view: DataView, at: number): Section {
  const [offset, size] = [word(view, at + 24), word(view, at + 32)];
  const hasBytes = view.getUint32(at + 4, true) !== SHT_NOBITS && isInside(file, offset, size);
  return {
    name: view.getUint32(at, true),
    flags: view.getUint32(at + 8, true),
    bytes: hasBytes ? file.subarray(offset, offset + size) : undefined,
  };
}

function isInside(file: Uint8Array, offset: number, size: number): boolean {
  return offset <= file.length && size <= file.length - offset;
}

function isNamed(names: Uint8Array, at: number, wanted: string): boolean {
  for (let index = 0; index < wanted.length; index++) {
    if (names[at + index] !== wanted.charCodeAt(index)) return false;
  }
  return names[at + wanted.length] === 0;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A 64-bit field; what comes out inexact is outside any file. */
function word(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}
