/**
 * The header of a unit of `.debug_line`: how its program is to be read, and the names of files.
 *
 * @see DWARF version 5, 6.2.4; for versions 2 to 4 their sections of that number
 */
import { isAbsolute, join } from 'node:path';
import { Cursor } from './cursor.js';

/** The sections that names of files are in. */
export interface DebugSections {
  readonly lines: Uint8Array;
  /** `.debug_line_str` and `.debug_str`. */
  readonly lineStrings: Uint8Array;
  readonly strings: Uint8Array;
}

/** A string that is read when it is asked for: units name more files than are asked about. */
interface Text {
  readonly section: Uint8Array;
  readonly at: number;
}

export interface FileEntry {
  readonly path: Text;
  readonly directory: number;
}

export interface LineHeader {
  readonly version: number;
  readonly minimumInstructionLength: number;
  readonly lineBase: number;
  readonly lineRange: number;
  readonly opcodeBase: number;
  /** How many operands the standard opcode `n` has, at `n - 1`. */
  readonly operandCounts: readonly number[];
  /** Counted from 0, or from 1 before version 5. */
  readonly directories: readonly Text[];
  readonly files: readonly FileEntry[];
  /** Where the program is in the section, and where the unit ends. */
  readonly programStart: number;
  readonly end: number;
}

const [FORM_DATA2, FORM_DATA4, FORM_DATA8, FORM_STRING, FORM_BLOCK] = [
  0x05, 0x06, 0x07, 0x08, 0x09,
];
const [FORM_DATA1, FORM_STRP, FORM_UDATA, FORM_DATA16, FORM_LINE_STRP] = [
  0x0b, 0x0e, 0x0f, 0x1e, 0x1f,
];
const [CONTENT_PATH, CONTENT_DIRECTORY] = [1, 2];
const DWARF64 = 0xffff_ffff;
const MAX_PATH = 4096;

/** The header at the offset `at`; undefined for one that is damaged, or of a version that is not known. */
export function readHeader(sections: DebugSections, at: number): LineHeader | undefined {
  const first = new Cursor(sections.lines, at);
  const length = first.u32();
  const isLong = length === DWARF64;
  const size = isLong ? first.u64() : length;
  const end = first.at + size;
  if (first.failed || end > sections.lines.length) return undefined;
  const cursor = new Cursor(sections.lines, first.at, end);
  const offset = (): number => (isLong ? cursor.u64() : cursor.u32());
  const version = cursor.u16();
  if (version < 2 || version > 5) return undefined;
  if (version >= 5) cursor.skip(2); // sizes of addresses and segments
  const headerLength = offset();
  const programStart = cursor.at + headerLength;
  const minimumInstructionLength = cursor.u8();
  cursor.skip(version >= 4 ? 2 : 1); // operations an instruction, whether lines begin statements
  const lineBase = cursor.s8();
  const lineRange = cursor.u8();
  const opcodeBase = cursor.u8();
  const operandCounts = Array.from({ length: Math.max(0, opcodeBase - 1) }, () => cursor.u8());
  const names =
    version >= 5 ? readTables(cursor, offset, sections) : readOldTables(cursor, sections);
  if (cursor.failed || lineRange === 0) return undefined;
  const numbers = { version, minimumInstructionLength, lineBase, lineRange, opcodeBase };
  return { ...numbers, operandCounts, ...names, programStart, end };
}

type Names = Pick<LineHeader, 'directories' | 'files'>;

/** Before version 5: strings, each list ended by an empty one. */
function readOldTables(cursor: Cursor, { lines }: DebugSections): Names {
  const text = (at: number): Text => ({ section: lines, at });
  const directories: Text[] = [];
  const files: FileEntry[] = [];
  for (let at = cursor.string(); isString(lines, at, cursor); at = cursor.string())
    directories.push(text(at));
  for (let at = cursor.string(); isString(lines, at, cursor); at = cursor.string()) {
    files.push({ path: text(at), directory: cursor.uleb() });
    cursor.uleb(); // time
    cursor.uleb(); // length
  }
  return { directories, files };
}

function isString(bytes: Uint8Array, at: number, cursor: Cursor): boolean {
  return !cursor.failed && bytes[at] !== 0;
}

function readTables(cursor: Cursor, offset: () => number, sections: DebugSections): Names {
  const directories = readEntries(cursor, offset, sections).map(({ path }) => path);
  return { directories, files: readEntries(cursor, offset, sections) };
}

/** A list of entries behind a description of their fields. */
function readEntries(cursor: Cursor, offset: () => number, sections: DebugSections): FileEntry[] {
  const formats = Array.from(
    { length: cursor.u8() },
    () => [cursor.uleb(), cursor.uleb()] as const,
  );
  const count = cursor.uleb();
  const entries: FileEntry[] = [];
  // Entries without fields would be no bytes each.
  if (formats.length === 0 && count > 0) cursor.fail();
  for (let index = 0; index < count && !cursor.failed; index++) {
    let path: Text = { section: sections.lines, at: sections.lines.length };
    let directory = 0;
    for (const [content, form] of formats) {
      const value = readForm(cursor, form, offset, sections);
      if (content === CONTENT_PATH && typeof value !== 'number') path = value;
      else if (content === CONTENT_DIRECTORY && typeof value === 'number') directory = value;
    }
    entries.push({ path, directory });
  }
  return entries;
}

/** Every form that is known takes bytes. */
function readForm(
  cursor: Cursor,
  form: number,
  offset: () => number,
  { lines, lineStrings, strings }: DebugSections,
): number | Text {
  switch (form) {
    case FORM_STRING:
      return { section: lines, at: cursor.string() };
    case FORM_LINE_STRP:
      return { section: lineStrings, at: offset() };
    case FORM_STRP:
      return { section: strings, at: offset() };
    case FORM_UDATA:
      return cursor.uleb();
    case FORM_DATA1:
      return cursor.u8();
    case FORM_DATA2:
      return cursor.u16();
    case FORM_DATA4:
      return cursor.u32();
    case FORM_DATA8:
      return cursor.u64();
    case FORM_DATA16:
      cursor.skip(16);
      return 0;
    case FORM_BLOCK:
      cursor.skip(cursor.uleb());
      return 0;
    default:
      cursor.fail();
      return 0;
  }
}

/** The path of the file `number`, as the program counts; empty when there is none. */
export function pathOf({ version, files, directories }: LineHeader, number: number): string {
  const file = files[version >= 5 ? number : number - 1];
  if (file === undefined) return '';
  const name = readText(file.path);
  if (name === '' || isAbsolute(name)) return name;
  // Before version 5 the folder of the compilation, 0, is named elsewhere.
  const [root = '', folder = ''] = [
    version >= 5 ? directories[0] : undefined,
    directories[version >= 5 ? file.directory : file.directory - 1],
  ].map((text) => (text === undefined ? '' : readText(text)));
  return isAbsolute(folder) || version < 5 || file.directory === 0
    ? join(folder, name)
    : join(root, folder, name);
}

function readText({ section, at }: Text): string {
  const bytes = section.subarray(at, at + MAX_PATH);
  const end = bytes.indexOf(0);
  return Buffer.from(end < 0 ? bytes : bytes.subarray(0, end)).toString('utf8');
}
