/** Jump tables and call tables: found by the data flow, read from the image, checked entry by entry (R10). */
import { type Code, kindAt } from './code.js';
import type { Segment } from './elf.js';
import { KINDS } from './kinds.js';

/** A jump table in position-independent form: 32-bit distances from the table to its targets. */
export interface JumpTable {
  readonly start: number;
  /** Instruction numbers, each once. */
  readonly targets: readonly number[];
}

/** The table that indirect calls go through: `start + (pointer & mask)`. */
export interface CallTable {
  readonly start: number;
  readonly mask: number;
  /** Instruction numbers of the slots. */
  readonly slots: readonly number[];
}

const MAX_JUMP_TABLE = 1 << 20;
const MAX_CALL_TABLE = 1 << 24;
/** Of all tables; each place may have tables of its own. */
const MAX_ENTRIES = 1 << 22;
const GATE_PAGE = 0x1000;
const SLOT = 8;

/** Number of the instruction that starts at an address, or -1. */
export function instructionAt(code: Code, address: number): number {
  return code.starts.at(address - code.start);
}

/** The tables of one image; each is read once, and known by a number. */
export class Tables {
  readonly #code: Code;
  readonly #readOnly: Segment;
  readonly #view: DataView;
  readonly #jumpTables: JumpTable[] = [];
  readonly #callTables: CallTable[] = [];
  readonly #numbers = new Map<string, number | string>();
  #entries = 0;

  constructor(code: Code, readOnly: Segment) {
    this.#code = code;
    this.#readOnly = readOnly;
    const { buffer, byteOffset, length } = readOnly.bytes;
    this.#view = new DataView(buffer, byteOffset, length);
  }

  jumpTable(number: number): JumpTable | undefined {
    return this.#jumpTables[number];
  }

  callTable(number: number): CallTable | undefined {
    return this.#callTables[number];
  }

  get jumpTableCount(): number {
    return this.#jumpTables.length;
  }

  get callTables(): readonly CallTable[] {
    return this.#callTables;
  }

  /** Number of the table at `start` with the entries 0 to `last`, or what is wrong with it. */
  findJumpTable(start: number, last: number): number | string {
    return this.#once(`jump ${start} ${last}`, () => this.#readJumpTable(start, last));
  }

  /** Number of the call table, or what is wrong with it. */
  findCallTable(start: number, mask: number): number | string {
    return this.#once(`call ${start} ${mask}`, () => this.#readCallTable(start, mask));
  }

  #once(key: string, read: () => number | string): number | string {
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const found = read();
    this.#numbers.set(key, found);
    return found;
  }

  #hasRoom(entries: number): boolean {
    this.#entries += entries;
    return this.#entries <= MAX_ENTRIES;
  }

  #readJumpTable(start: number, last: number): number | string {
    const { start: low, end } = this.#readOnly;
    if (last >= MAX_JUMP_TABLE) return `a jump table with ${last + 1} entries`;
    if (start < low + GATE_PAGE || start + 4 * (last + 1) > end) {
      return 'a jump table that is not in the read-only segment';
    }
    if (!this.#hasRoom(last + 1)) return 'more entries of tables than the verifier has memory for';
    const targets = new Set<number>();
    for (let entry = 0; entry <= last; entry++) {
      const address = start + this.#view.getInt32(start - low + 4 * entry, true);
      const target = instructionAt(this.#code, address);
      if (target < 0) {
        return `entry ${entry} of the jump table at 0x${start.toString(16)} leads to 0x${address.toString(16)}, where no instruction starts`;
      }
      targets.add(target);
    }
    return this.#jumpTables.push({ start, targets: [...targets] }) - 1;
  }

  /** Every slot that `pointer & mask` can name must be `jmp FUNCTION` or trap. */
  #readCallTable(start: number, mask: number): number | string {
    if (mask <= 0 || mask % SLOT !== 0 || mask + SLOT > MAX_CALL_TABLE) {
      return `a call table with the mask 0x${(mask >>> 0).toString(16)}`;
    }
    if (!this.#hasRoom(mask / SLOT))
      return 'more entries of tables than the verifier has memory for';
    const slots: number[] = [];
    for (let offset = 0; offset <= mask; offset += SLOT) {
      // Slots in between that the mask cannot name are no entries.
      if ((offset & ~mask) !== 0) continue;
      const slot = instructionAt(this.#code, start + offset);
      const kind = slot < 0 ? undefined : kindAt(this.#code, slot);
      if (kind !== KINDS.jump && kind !== KINDS.trap) {
        return `the call table's slot at 0x${(start + offset).toString(16)} is neither a jump nor a trap`;
      }
      slots.push(slot);
    }
    return this.#callTables.push({ start, mask, slots }) - 1;
  }
}
