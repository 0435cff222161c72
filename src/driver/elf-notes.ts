/**
 * Reads the tme-box notes of an ELF object, as docs/abi.md lays them out. The object may be anything a user put on
 * the command line, so every offset is checked.
 */
import { append } from '../text/append.js';

/** A note of owner `TME-Box`: its type, and its descriptor up to the first NUL. */
export interface Note {
  readonly type: number;
  readonly description: string;
}

export type ObjectNotes =
  | { readonly kind: 'object'; readonly notes: readonly Note[] }
  /** Not a 64-bit little-endian x86-64 ELF file that could be linked. */
  | { readonly kind: 'foreign'; readonly what: string };

const SECTION = '.note.tmebox';
const OWNER = 'TME-Box';
const ET_REL = 1;
const ET_DYN = 3;
const EM_X86_64 = 62;
const SHT_NOTE = 7;
const HEADER_SIZE = 64;
const SECTION_HEADER_SIZE = 64;

interface Section {
  readonly name: number;
  readonly type: number;
  readonly offset: number;
  readonly size: number;
}

/** A section header, or undefined if it or its contents are not inside the file. */
function sectionAt(file: Buffer, offset: number): Section | undefined {
  if (offset + SECTION_HEADER_SIZE > file.length) return undefined;
  const section = {
    name: file.readUInt32LE(offset),
    type: file.readUInt32LE(offset + 4),
    offset: Number(file.readBigUInt64LE(offset + 24)),
    size: Number(file.readBigUInt64LE(offset + 32)),
  };
  const hasBytes = section.type !== 0 && section.type !== 8;
  return hasBytes && section.offset + section.size > file.length ? undefined : section;
}

/** The bytes up to the first NUL, or all. */
function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('latin1', 0, end < 0 ? bytes.length : end);
}

const align4 = (size: number): number => (size + 3) & ~3;

/** The name at `at`, no longer than tells whether it is that of our section: the table may have no NUL. */
function nameAt(names: Buffer, at: number): string {
  return text(names.subarray(at, at + SECTION.length + 1));
}

/** The notes in the contents of a note section; undefined if they run over its end. */
export function parseNotes(bytes: Buffer): readonly Note[] | undefined {
  const notes: Note[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const nameSize = bytes.readUInt32LE(at);
    const descriptionSize = bytes.readUInt32LE(at + 4);
    const type = bytes.readUInt32LE(at + 8);
    const name = at + 12;
    const description = name + align4(nameSize);
    const end = description + descriptionSize;
    if (nameSize > bytes.length || descriptionSize > bytes.length || end > bytes.length) {
      return undefined;
    }
    if (text(bytes.subarray(name, name + nameSize)) === OWNER) {
      notes.push({ type, description: text(bytes.subarray(description, end)) });
    }
    at = description + align4(descriptionSize);
  }
  return notes;
}

function identify(file: Buffer): string | undefined {
  if (file.length < HEADER_SIZE || file.readUInt32BE(0) !== 0x7f454c46) {
    const bitcode = file.length >= 4 && file.readUInt32BE(0) === 0x4243c0de;
    return bitcode ? 'LLVM bitcode' : 'not an ELF object';
  }
  if (file[4] !== 2 || file[5] !== 1 || file.readUInt16LE(18) !== EM_X86_64) {
    return 'an ELF file for another machine';
  }
  const type = file.readUInt16LE(16);
  if (type === ET_DYN) return 'a shared library';
  return type === ET_REL ? undefined : 'an ELF file that is no object';
}

/** The tme-box notes of an object file. */
export function readObjectNotes(file: Buffer): ObjectNotes {
  const foreign = identify(file);
  if (foreign !== undefined) return { kind: 'foreign', what: foreign };
  const malformed = { kind: 'foreign', what: 'a malformed ELF object' } as const;
  const table = Number(file.readBigUInt64LE(40));
  const first = sectionAt(file, table);
  if (first === undefined) return malformed;
  // More than 0xfeff sections: the first header holds the numbers that do not fit (-ffunction-sections makes many).
  const count = file.readUInt16LE(60) || first.size;
  const nameIndex = file.readUInt16LE(62);
  const stringsIndex = nameIndex === 0xffff ? file.readUInt32LE(table + 40) : nameIndex;
  const strings = sectionAt(file, table + stringsIndex * SECTION_HEADER_SIZE);
  if (strings === undefined) return malformed;
  const names = file.subarray(strings.offset, strings.offset + strings.size);
  const notes: Note[] = [];
  let noteBytes = 0;
  for (let index = 1; index < count; index++) {
    const section = sectionAt(file, table + index * SECTION_HEADER_SIZE);
    if (section === undefined) return malformed;
    if (section.type !== SHT_NOTE || nameAt(names, section.name) !== SECTION) continue;
    // Sections that share their bytes could make more notes than there is memory.
    noteBytes += section.size;
    if (noteBytes > file.length) return malformed;
    const found = parseNotes(file.subarray(section.offset, section.offset + section.size));
    if (found === undefined) return malformed;
    append(notes, found);
  }
  return { kind: 'object', notes };
}
