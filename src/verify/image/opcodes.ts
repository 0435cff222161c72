/**
 * What the decoder said of opcodes, by a key of the bits that all instructions of one have in common (modrm.ts); a hash
 * table in arrays, which may come with the program.
 */
import type { InstructionOperands } from './instruction-operands.js';

/** Above prefixes, opcode map and opcode the rest of a key begins. */
export const REST = 20;
/** Keys with these are of opcodes with a second byte in ModRM's place, and of such without ModRM. */
export const IS_SECOND_BYTE = 1 << 28;
export const IS_WHOLE = 1 << 29;

/** A power of two; the list of allowed codes makes up less than half of it. */
const ROOM = 1 << 14;
const MAX_COUNT = ROOM * 0.75;

export class Opcodes {
  /** The key and one, or 0 where nothing is. */
  readonly keys = new Int32Array(ROOM);
  /** iced's code. */
  readonly code = new Uint16Array(ROOM);
  /** Registers of operands 0 and 1 that the opcode names itself. */
  readonly register0 = new Uint8Array(ROOM);
  readonly bits0 = new Uint8Array(ROOM);
  readonly register1 = new Uint8Array(ROOM);
  readonly bits1 = new Uint8Array(ROOM);
  /** How many there are: in an array, so that a table that comes with the program says so too. */
  readonly count = new Uint16Array(1);

  /** The index of a key, or -1. */
  find(key: number): number {
    const place = this.#placeOf(key);
    return this.keys[place] === 0 ? -1 : place;
  }

  /** What is not kept is asked for again. */
  add(key: number, { code, register0, bits0, register1, bits1 }: InstructionOperands): void {
    const place = this.#placeOf(key);
    const count = this.count[0] ?? MAX_COUNT;
    if (this.keys[place] !== 0 || count >= MAX_COUNT) return;
    this.count[0] = count + 1;
    this.keys[place] = key + 1;
    this.code[place] = code;
    this.register0[place] = register0;
    this.bits0[place] = bits0;
    this.register1[place] = register1;
    this.bits1[place] = bits1;
  }

  #placeOf(key: number): number {
    const hash = Math.imul(key, 0x9e37_79b1);
    let place = (hash ^ (hash >>> 15)) & (ROOM - 1);
    for (;;) {
      const found = this.keys[place];
      if (found === 0 || found === key + 1) return place;
      place = (place + 1) & (ROOM - 1);
    }
  }
}
