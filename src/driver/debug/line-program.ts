/**
 * Lines of the source for addresses, from `.debug_line`. Images are hostile, so what reads their debug information is
 * written in a language that reads no byte outside of it, and takes time in proportion to its size.
 *
 * @see DWARF version 5, 6.2
 */
import { Cursor } from './cursor.js';
import { type DebugSections, type LineHeader, pathOf, readHeader } from './line-header.js';

export interface Place {
  readonly file: string;
  /** Counted from 1; 0 if the column is not known. */
  readonly line: number;
  readonly column: number;
}

/** What the program says of the instructions from `address` on. */
interface Row {
  address: number;
  file: number;
  line: number;
  column: number;
}

const FIRST_ROW: Readonly<Row> = { address: 0, file: 1, line: 1, column: 0 };
const [END_SEQUENCE, SET_ADDRESS] = [1, 2];
const [EXTENDED, COPY, ADVANCE_PC, ADVANCE_LINE, SET_FILE, SET_COLUMN] = [0, 1, 2, 3, 4, 5];
const [CONST_ADD_PC, FIXED_ADVANCE_PC] = [8, 9];

/** The places of those of `addresses` that have any. */
export function findPlaces(
  sections: DebugSections,
  addresses: readonly number[],
): ReadonlyMap<number, Place> {
  const places = new Map<number, Place>();
  for (let at = 0; at < sections.lines.length && places.size < addresses.length;) {
    const header = readHeader(sections, at);
    if (header === undefined) break;
    new LineProgram(header, sections.lines, addresses, places).run();
    at = header.end;
  }
  return places;
}

class LineProgram {
  readonly #header: LineHeader;
  readonly #cursor: Cursor;
  readonly #addresses: readonly number[];
  readonly #places: Map<number, Place>;
  #row: Row = { ...FIRST_ROW };
  /** The row before in the same sequence. */
  #last: Readonly<Row> | undefined;

  constructor(
    header: LineHeader,
    lines: Uint8Array,
    addresses: readonly number[],
    places: Map<number, Place>,
  ) {
    this.#header = header;
    this.#cursor = new Cursor(lines, header.programStart, header.end);
    this.#addresses = addresses;
    this.#places = places;
  }

  run(): void {
    while (!this.#cursor.done) {
      const opcode = this.#cursor.u8();
      if (opcode >= this.#header.opcodeBase) this.#special(opcode);
      else if (opcode === EXTENDED) this.#extended();
      else this.#standard(opcode);
    }
  }

  #special(opcode: number): void {
    const { opcodeBase, lineBase, lineRange } = this.#header;
    this.#advanceBySpecial(opcode);
    this.#row.line += lineBase + ((opcode - opcodeBase) % lineRange);
    this.#emit();
  }

  #advanceBySpecial(opcode: number): void {
    const { opcodeBase, lineRange, minimumInstructionLength } = this.#header;
    this.#row.address += Math.floor((opcode - opcodeBase) / lineRange) * minimumInstructionLength;
  }

  #extended(): void {
    const cursor = this.#cursor;
    const size = cursor.uleb();
    if (size === 0) return;
    const opcode = cursor.u8();
    if (opcode === SET_ADDRESS && size === 9) {
      this.#row.address = cursor.u64();
      return;
    }
    if (opcode === END_SEQUENCE) {
      this.#emit();
      this.#last = undefined;
      this.#row = { ...FIRST_ROW };
    }
    cursor.skip(size - 1);
  }

  #standard(opcode: number): void {
    const [cursor, row] = [this.#cursor, this.#row];
    switch (opcode) {
      case COPY:
        this.#emit();
        return;
      case ADVANCE_PC:
        row.address += cursor.uleb() * this.#header.minimumInstructionLength;
        return;
      case ADVANCE_LINE:
        row.line += cursor.sleb();
        return;
      case SET_FILE:
        row.file = cursor.uleb();
        return;
      case SET_COLUMN:
        row.column = cursor.uleb();
        return;
      case CONST_ADD_PC:
        this.#advanceBySpecial(255);
        return;
      case FIXED_ADVANCE_PC:
        row.address += cursor.u16();
        return;
      default:
        for (let left = this.#header.operandCounts[opcode - 1] ?? 0; left > 0; left--)
          cursor.uleb();
    }
  }

  /** A row ends what the row before says. */
  #emit(): void {
    const last = this.#last;
    if (last !== undefined && last.address < this.#row.address)
      for (const address of this.#addresses)
        if (last.address <= address && address < this.#row.address) this.#found(address, last);
    this.#last = { ...this.#row };
  }

  #found(address: number, { file, line, column }: Readonly<Row>): void {
    const path = pathOf(this.#header, file);
    if (path === '' || line <= 0 || this.#places.has(address)) return;
    this.#places.set(address, { file: path, line, column });
  }
}
