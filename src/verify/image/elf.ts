/**
 * R1: the ELF file, which is hostile. Only the ELF header and the program headers count; section headers and symbols
 * are hints for messages (symbols.ts). The loader applies the same rules when it maps the file, so that what is
 * verified is what runs.
 */
import type { Refuse } from './rules.js';

/** Offsets of the window that docs/abi.md gives to images. */
export const IMAGE_BASE = 0x1000_0000;
const IMAGE_LIMIT = 0x8000_0000;
const PAGE = 0x1000;
/** What the verifier has memory for. */
const MAX_CODE = 64 << 20;

const HEADER_SIZE = 64;
const PROGRAM_HEADER_SIZE = 56;
const MAX_PROGRAM_HEADERS = 8;
const PT_LOAD = 1;
const PT_NOTE = 4;
const PT_GNU_STACK = 0x6474_e551;
const [EXECUTE, WRITE, READ] = [1, 2, 4];
const NOTE_CODE = 1;
const NOTE_VERDICT = 3;
/** What stands behind the gate's page of a library, with the bounds of its tables behind it. */
const LIBRARY_MARK = 'TBXLIB1\0';
/** Of an entry in the table of exports: the function's address and that of its name. */
const EXPORT_SIZE = 16;
/** Bytes of the descriptor that the verifier fills. */
export const VERDICT_SIZE = 128;

/** Bytes of the image at their offset in the window. */
export interface Segment {
  readonly start: number;
  /** Just behind the last byte in memory. */
  readonly end: number;
  /** What the file gives; the rest up to `end` is zeros. */
  readonly bytes: Uint8Array;
}

export interface ImageFile {
  readonly entry: number;
  readonly code: Segment;
  readonly readOnly: Segment;
  readonly data: Segment;
  readonly isolation: 'data' | 'code+data';
  /** The functions that the host calls by name: addresses as the table has them, not checked. */
  readonly exports: readonly number[];
  /**
   * Where the file has room for the verifier's own verdict (docs/abi.md, "Notes"). It counts as zeros, in
   * `readOnly.bytes` too: the loader takes it out of what it maps.
   */
  readonly verdict: VerdictRoom | undefined;
}

/** The descriptor of a verdict note: its offset in the file, and what stands there. */
export interface VerdictRoom {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

interface ProgramHeader {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly fileSize: number;
  readonly memorySize: number;
}

/** Raised inside this file only, and caught at its one entry: a hostile header ends the reading at once. */
class Malformed extends Error {}

/** The image, or undefined after a refusal. */
export function readImage(file: Uint8Array, refuse: Refuse): ImageFile | undefined {
  try {
    return parse(file);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    refuse('TBV0001', undefined, error.message);
    return undefined;
  }
}

function need(condition: boolean, message: string): asserts condition {
  if (!condition) throw new Malformed(message);
}

function parse(file: Uint8Array): ImageFile {
  need(file.length >= HEADER_SIZE, `it has ${file.length} bytes, which is no ELF file`);
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  checkIdentification(view);
  const headers = programHeaders(view);
  const loads = headers.filter(({ type }) => type === PT_LOAD);
  const [code, readOnly, data] = loads;
  need(
    loads.length === 3 && code !== undefined && readOnly !== undefined && data !== undefined,
    `it has ${loads.length} PT_LOAD segments, an image has three: code, read-only, data`,
  );
  const image = {
    code: segment(file, code, 'code', READ | EXECUTE, IMAGE_BASE),
    readOnly: segment(file, readOnly, 'read-only', READ, pageUp(code.address + code.memorySize)),
    data: segment(file, data, 'data', READ | WRITE, pageUp(readOnly.address + readOnly.memorySize)),
  };
  need(code.memorySize <= MAX_CODE, `its code has more than ${MAX_CODE} bytes`);
  need(image.code.start === IMAGE_BASE, 'its code does not start at 0x10000000');
  need(code.fileSize === code.memorySize && code.fileSize > 0, 'its code is not all in the file');
  need(
    readOnly.fileSize === readOnly.memorySize && readOnly.fileSize >= PAGE,
    'its read-only segment is not all in the file, or has no page for the gate slot',
  );
  need(
    image.readOnly.bytes.subarray(0, PAGE).every((byte) => byte === 0),
    'the page of the gate slot is not empty: the loader alone writes there',
  );
  const entry = word(view, 24);
  need(entry >= image.code.start && entry < image.code.end, 'its entry is outside its code');
  const { levels, verdict } = readNotes(file, headers);
  need(levels.length > 0, 'it has no TME-Box note: it was not compiled for a sandbox');
  if (verdict !== undefined) checkVerdictPlace(verdict, { code, readOnly, data });
  const constants = withoutVerdict(image.readOnly, readOnly.offset, verdict);
  return {
    entry,
    ...image,
    readOnly: constants,
    isolation: levels.includes('data') ? 'data' : 'code+data',
    exports: exportedFunctions(constants),
    verdict,
  };
}

/**
 * The first word of each entry in the table of exports. Where it is stands in the constants themselves, since the
 * digest of a verdict covers these and no header.
 */
function exportedFunctions(readOnly: Segment): readonly number[] {
  const header = readOnly.bytes.subarray(PAGE, PAGE + 24);
  if (header.length < 24 || latin1(header.subarray(0, 8)) !== LIBRARY_MARK) return [];
  const bounds = new DataView(header.buffer, header.byteOffset, header.length);
  const [start, end] = [bounds.getUint32(8, true), bounds.getUint32(12, true)];
  if (start === end) return [];
  need(
    start >= readOnly.start && start < end && end - readOnly.start <= readOnly.bytes.length,
    'its table of exports is outside the read-only segment',
  );
  const { bytes } = readOnly;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const functions: number[] = [];
  for (let at = start; at + EXPORT_SIZE <= end; at += EXPORT_SIZE) {
    functions.push(word(view, at - readOnly.start));
  }
  return functions;
}

/**
 * The loader takes the verdict out of what it maps, so it must lie where no other part of the image is: segments may
 * share bytes of the file.
 */
function checkVerdictPlace(
  { offset }: VerdictRoom,
  { code, readOnly, data }: Readonly<Record<'code' | 'readOnly' | 'data', ProgramHeader>>,
): void {
  const end = offset + VERDICT_SIZE;
  need(
    offset >= readOnly.offset + PAGE && end <= readOnly.offset + readOnly.fileSize,
    'the room for the verdict is not in the read-only segment',
  );
  for (const other of [code, data]) {
    const isApart =
      other.fileSize === 0 || end <= other.offset || offset >= other.offset + other.fileSize;
    need(isApart, 'the room for the verdict is in another segment, too');
  }
}

/** The segment as it is mapped: with zeros for the verdict. */
function withoutVerdict(
  readOnly: Segment,
  fileOffset: number,
  verdict: VerdictRoom | undefined,
): Segment {
  if (verdict === undefined) return readOnly;
  const at = verdict.offset - fileOffset;
  // `slice` of a Buffer would be the same bytes.
  const bytes = new Uint8Array(readOnly.bytes);
  bytes.fill(0, at, at + VERDICT_SIZE);
  return { ...readOnly, bytes };
}

function checkIdentification(view: DataView): void {
  need(view.getUint32(0) === 0x7f45_4c46, 'it is no ELF file');
  need(
    view.getUint8(4) === 2 && view.getUint8(5) === 1 && view.getUint8(6) === 1,
    'it is not a 64-bit little-endian ELF file of version 1',
  );
  // System V, or GNU's, of which a section that the linker must keep (`retain`) makes the file.
  const osAbi = view.getUint8(7);
  need((osAbi === 0 || osAbi === 3) && view.getUint8(8) === 0, 'its OS ABI is not 0 or 3');
  need(view.getUint16(16, true) === 2, 'it is not of type ET_EXEC');
  need(view.getUint16(18, true) === 62, 'it is not for x86-64');
  need(view.getUint32(20, true) === 1, 'its ELF version is not 1');
  need(view.getUint32(48, true) === 0, 'its ELF flags are not 0');
  need(view.getUint16(52, true) === HEADER_SIZE, 'its ELF header has another size than 64');
}

/** A 64-bit field, which must be below 2^53 to be counted with; no valid field comes near. */
function word(view: DataView, offset: number): number {
  const high = view.getUint32(offset + 4, true);
  need(high < 0x1f_ffff, `the header field at ${offset} is out of range`);
  return high * 0x1_0000_0000 + view.getUint32(offset, true);
}

function programHeaders(view: DataView): readonly ProgramHeader[] {
  const offset = word(view, 32);
  const count = view.getUint16(56, true);
  need(view.getUint16(54, true) === PROGRAM_HEADER_SIZE, 'its program headers have a wrong size');
  need(
    count > 0 && count <= MAX_PROGRAM_HEADERS,
    `it has ${count} program headers, an image has at most ${MAX_PROGRAM_HEADERS}`,
  );
  need(
    offset <= view.byteLength - count * PROGRAM_HEADER_SIZE,
    'its program headers are outside the file',
  );
  const headers = Array.from({ length: count }, (_, index) =>
    programHeader(view, offset + index * PROGRAM_HEADER_SIZE),
  );
  for (const { type, flags } of headers) {
    need(
      type === PT_LOAD || type === PT_NOTE || type === PT_GNU_STACK,
      `it has a program header of type 0x${type.toString(16)}`,
    );
    need(type !== PT_GNU_STACK || (flags & EXECUTE) === 0, 'it asks for an executable stack');
  }
  return headers;
}

function programHeader(view: DataView, at: number): ProgramHeader {
  return {
    type: view.getUint32(at, true),
    flags: view.getUint32(at + 4, true),
    offset: word(view, at + 8),
    address: word(view, at + 16),
    fileSize: word(view, at + 32),
    memorySize: word(view, at + 40),
  };
}

function segment(
  file: Uint8Array,
  { flags, offset, address, fileSize, memorySize }: ProgramHeader,
  name: string,
  wanted: number,
  lowest: number,
): Segment {
  need(flags === wanted, `its ${name} segment has flags ${flags}, not ${wanted}`);
  need(address % PAGE === 0, `its ${name} segment does not start at a page`);
  need(address >= lowest, `its ${name} segment overlaps the one before, or is out of order`);
  need(fileSize <= memorySize, `its ${name} segment is larger in the file than in memory`);
  need(
    memorySize <= IMAGE_LIMIT && address <= IMAGE_LIMIT - memorySize,
    `its ${name} segment ends above 2 GiB`,
  );
  need(
    fileSize <= file.length && offset <= file.length - fileSize,
    `its ${name} segment is outside the file`,
  );
  const bytes = file.subarray(offset, offset + fileSize);
  return { start: address, end: address + memorySize, bytes };
}

function pageUp(address: number): number {
  return Math.ceil(address / PAGE) * PAGE;
}

/** What the TME-Box notes of an image say (docs/abi.md, "Notes"). */
interface Notes {
  /** The isolation that each object was made for; the image has the weakest. */
  readonly levels: readonly ('data' | 'code+data')[];
  readonly verdict: VerdictRoom | undefined;
}

function readNotes(file: Uint8Array, headers: readonly ProgramHeader[]): Notes {
  const levels: ('data' | 'code+data')[] = [];
  const rooms: VerdictRoom[] = [];
  for (const { type, offset, fileSize } of headers) {
    if (type !== PT_NOTE) continue;
    need(
      fileSize <= file.length && offset <= file.length - fileSize,
      'its notes are outside the file',
    );
    for (const note of ownNotes(file.subarray(offset, offset + fileSize))) {
      if (note.type === NOTE_CODE) levels.push(...levelOf(latin1(note.bytes)));
      if (note.type !== NOTE_VERDICT) continue;
      need(note.bytes.length === VERDICT_SIZE, 'the room for the verdict has a wrong size');
      rooms.push({ offset: offset + note.at, bytes: note.bytes });
    }
  }
  need(rooms.length <= 1, 'it has two notes for a verdict');
  return { levels, verdict: rooms[0] };
}

interface Note {
  readonly type: number;
  /** Where its descriptor is. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

/** The notes of owner `TME-Box`. */
function ownNotes(bytes: Uint8Array): readonly Note[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const notes: Note[] = [];
  for (let at = 0; at + 12 <= bytes.length;) {
    const nameSize = view.getUint32(at, true);
    const size = view.getUint32(at + 4, true);
    const descriptor = at + 12 + align4(nameSize);
    need(descriptor + size <= bytes.length, 'a note reaches out of its segment');
    if (latin1(bytes.subarray(at + 12, at + 12 + nameSize)) === 'TME-Box\0') {
      const type = view.getUint32(at + 8, true);
      notes.push({ type, at: descriptor, bytes: bytes.subarray(descriptor, descriptor + size) });
    }
    at = descriptor + align4(size);
  }
  return notes;
}

/** `any` belongs to hand-written objects, which fit either level. */
function levelOf(descriptor: string): readonly ('data' | 'code+data')[] {
  const words = (descriptor.split('\0')[0] ?? '').split(' ');
  const level = words.find((word) => word.startsWith('isolate='))?.slice('isolate='.length);
  switch (level) {
    case 'data':
    case 'code+data':
      return [level];
    case 'any':
      return ['code+data'];
    case undefined:
    default:
      throw new Malformed('a TME-Box note names no isolation');
  }
}

function align4(size: number): number {
  return Math.ceil(size / 4) * 4;
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, 256));
}
