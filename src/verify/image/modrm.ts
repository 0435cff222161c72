/**
 * Instructions that differ from one that the decoder has read in the registers, the address and the numbers at the end
 * only: ModRM, SIB and REX name the former (SDM volume 2, 2.1.3 to 2.2.1). An image has ten times as many of those as
 * it has opcodes.
 */
import type { AllowList } from './allow-list.js';
import { IMMEDIATE, MODRM, ROLE } from './code-shapes.js';
import { NO_GPR } from './iced.js';
import type { InstructionOperands } from './instruction-operands.js';
import { IS_SECOND_BYTE, IS_WHOLE, Opcodes, REST } from './opcodes.js';
import {
  HAS_66,
  HAS_67,
  HAS_F2,
  HAS_F3,
  HAS_OTHER_SEGMENT,
  HAS_REX,
  IS_DISORDERLY,
  isLongNop,
  readPrefixes,
} from './prefixes.js';
import { sizeOfImmediate } from './tails.js';

const MAX_LENGTH = 15;
const [REX_W, REX_R, REX_X, REX_B] = [8, 4, 2, 1] as const;
/** ModRM.mod of an operand in a register. */
const REGISTER = 3;
/** ModRM.rm: a SIB byte follows. */
const SIB = 4;
/** SIB.index: none. */
const NO_INDEX = 4;
/** ModRM.rm and SIB.base with mod 0: no base, but a displacement of 32 bits. */
const NO_BASE = 5;

/** ModRM.rm where no SIB byte follows. */
const ADDRESSING = [0, 1, 2, 3, 5, 6, 7] as const;

export class Siblings {
  readonly #list: AllowList;
  readonly #known: Opcodes;
  // The instruction that is read: its prefixes, the four bits of REX, the offset behind the opcode, and its key.
  #prefixes = 0;
  #rex = 0;
  #modrm = 0;
  #key = 0;

  constructor(list: AllowList, known = new Opcodes()) {
    this.#list = list;
    this.#known = known;
  }

  /**
   * Fills `operands` for the instruction at `offset`, if a sibling is known. The array must go on behind the end of the
   * code, which is at `start`.
   */
  read(bytes: Uint8Array, offset: number, start: number, operands: InstructionOperands): boolean {
    if (!this.#readOpcode(bytes, offset)) return false;
    const known = this.#known;
    const place = this.#find(bytes[this.#modrm] ?? 0);
    if (place < 0) return false;
    const { shape } = this.#list;
    const code = known.code[place] ?? 0;
    operands.code = code;
    operands.register0 = known.register0[place] ?? NO_GPR;
    operands.bits0 = known.bits0[place] ?? 0;
    operands.register1 = known.register1[place] ?? NO_GPR;
    operands.bits1 = known.bits1[place] ?? 0;
    const immediate = shape.immediate[code] ?? IMMEDIATE.none;
    const hasModrm = shape.modrm[code] !== MODRM.absent;
    const end = hasModrm
      ? this.#readAddress(bytes, operands)
      : this.#readNoAddress(operands, shape.distance[code] ?? 0);
    operands.length = end + sizeOfImmediate(immediate) - offset;
    if (operands.length > MAX_LENGTH) return false;
    const distance = displacementAt(bytes, end, operands.displacementSize);
    const { baseForm } = operands;
    const isRelative = operands.isMemory
      ? baseForm === 'rip' || baseForm === 'eip'
      : shape.isBranch[code] === 1;
    operands.displacement = isRelative
      ? (start + offset + operands.length + distance) | 0
      : distance;
    if (hasModrm) this.#nameOperands(bytes, operands);
    operands.size = shape.size[code] ?? 255;
    operands.modrm = hasModrm ? this.#modrm - offset : 0;
    operands.isRegular = immediate !== IMMEDIATE.signed64;
    return true;
  }

  /** Remembers what the decoder has read at `offset`. */
  learn(bytes: Uint8Array, offset: number, operands: InstructionOperands): void {
    const { code, isRegular } = operands;
    const { shape } = this.#list;
    const form = shape.modrm[code] ?? MODRM.unread;
    const isRead = isRegular || shape.immediate[code] === IMMEDIATE.signed64;
    if (!isRead || form === MODRM.unread || !this.#readOpcode(bytes, offset)) return;
    this.#known.add(this.#keyFor(form, bytes[this.#modrm] ?? 0), operands);
  }

  /** The place among the known opcodes, or -1: whether ModRM belongs to the opcode is known when that is. */
  #find(modrm: number): number {
    for (let form: number = MODRM.register; form <= MODRM.absent; form++) {
      const place = this.#known.find(this.#keyFor(form, modrm));
      if (place >= 0) return place;
    }
    return -1;
  }

  /** All that codes of a form have in common with their siblings. */
  #keyFor(form: number, modrm: number): number {
    const isRegister = modrm >> 6 === REGISTER ? 1 : 0;
    switch (form) {
      case MODRM.register:
        return this.#key | isRegister;
      case MODRM.extension:
        return this.#key | isRegister | ((8 | ((modrm >> 3) & 7)) << REST);
      case MODRM.opcode:
        return this.#key | IS_SECOND_BYTE | (modrm << REST);
      default:
        // REX names the register of the opcode, and its presence that of 8 bits.
        return this.#key | IS_WHOLE | ((this.#rex | (this.#prefixes & HAS_REX ? 16 : 0)) << REST);
    }
  }

  /** Reads the bytes up to ModRM, if there is one; false where prefixes are of a kind that calls for the decoder. */
  #readOpcode(bytes: Uint8Array, offset: number): boolean {
    let prefixes = readPrefixes(bytes, offset, MAX_LENGTH);
    let at = offset;
    if ((prefixes & (IS_DISORDERLY | HAS_OTHER_SEGMENT)) !== 0) {
      if (!isLongNop(bytes, offset)) return false;
      while (bytes[at] !== 0x0f) at++;
      prefixes &= HAS_66;
    } else {
      if ((prefixes & HAS_F2) !== 0 && (prefixes & HAS_F3) !== 0) return false;
      for (let left = prefixes; left !== 0; left &= left - 1) at++;
    }
    this.#prefixes = prefixes;
    this.#rex = (prefixes & HAS_REX) === 0 ? 0 : (bytes[at - 1] ?? 0) & 15;
    let map = 0;
    if (bytes[at] === 0x0f) {
      map = 1;
      at++;
      if (bytes[at] === 0x38) map = 2;
      if (bytes[at] === 0x3a) map = 3;
      if (map > 1) at++;
    }
    const opcode = bytes[at] ?? 0;
    this.#modrm = at + 1;
    const wide = (this.#rex & REX_W) === 0 ? 0 : 1;
    const shared = prefixes & ~HAS_REX;
    this.#key = ((((((shared << 1) | wide) << 2) | map) << 8) | opcode) << 1;
    return true;
  }

  /** The end of the distance of a direct branch, or of the opcode. */
  #readNoAddress(operands: InstructionOperands, distance: number): number {
    operands.isMemory = false;
    operands.displacementSize = distance;
    return this.#modrm + distance;
  }

  /** Reads ModRM and SIB; the end of the displacement. */
  #readAddress(bytes: Uint8Array, operands: InstructionOperands): number {
    const modrm = bytes[this.#modrm] ?? 0;
    const mod = modrm >> 6;
    const behind = this.#modrm + 1;
    operands.isMemory = mod !== REGISTER;
    operands.base = NO_GPR;
    operands.baseForm = 'none';
    operands.index = NO_GPR;
    operands.indexForm = 'none';
    operands.scale = 0;
    operands.displacementSize = 0;
    if (mod === REGISTER) return behind;
    const isShort = (this.#prefixes & HAS_67) !== 0;
    const hasSib = (modrm & 7) === SIB;
    const base = hasSib ? (bytes[behind] ?? 0) & 7 : modrm & 7;
    if (hasSib) this.#readIndex(bytes[behind] ?? 0, operands);
    if (mod === 0 && base === NO_BASE) {
      if (!hasSib) operands.baseForm = isShort ? 'eip' : 'rip';
      operands.displacementSize = 4;
    } else {
      operands.base = base | ((this.#rex & REX_B) << 3);
      operands.baseForm = isShort ? '32' : '64';
      operands.displacementSize = mod === 0 ? 0 : mod === 1 ? 1 : 4;
    }
    return behind + (hasSib ? 1 : 0) + operands.displacementSize;
  }

  #readIndex(sib: number, operands: InstructionOperands): void {
    const index = ((sib >> 3) & 7) | ((this.#rex & REX_X) << 2);
    if (index === NO_INDEX) return;
    operands.index = index;
    operands.indexForm = (this.#prefixes & HAS_67) === 0 ? '64' : '32';
    operands.scale = 1 << (sib >> 6);
  }

  /** Operands 0 and 1, where they are in general-purpose registers that ModRM names. */
  #nameOperands(bytes: Uint8Array, operands: InstructionOperands): void {
    const { role0, width0, role1, width1 } = this.#list.shape;
    const { code, isMemory } = operands;
    const modrm = bytes[this.#modrm] ?? 0;
    const reg = ((modrm >> 3) & 7) | ((this.#rex & REX_R) << 1);
    const rm = isMemory ? NO_GPR : (modrm & 7) | ((this.#rex & REX_B) << 3);
    const first = role0[code];
    if (first === ROLE.reg || first === ROLE.rm) {
      const number = first === ROLE.reg ? reg : rm;
      const width = width0[code] ?? 0;
      operands.register0 = this.#register(number, width);
      operands.bits0 = this.#bits(number, width);
    }
    const second = role1[code];
    if (second === ROLE.reg || second === ROLE.rm) {
      const number = second === ROLE.reg ? reg : rm;
      const width = width1[code] ?? 0;
      operands.register1 = this.#register(number, width);
      operands.bits1 = this.#bits(number, width);
    }
  }

  /** Numbers 4 to 7 name AH, CH, DH and BH among registers of 8 bits, unless there is a REX. */
  #isHigh(number: number, width: number): boolean {
    return width === 8 && number >= 4 && number < 8 && (this.#prefixes & HAS_REX) === 0;
  }

  #register(number: number, width: number): number {
    return this.#isHigh(number, width) ? number - 4 : number;
  }

  #bits(number: number, width: number): number {
    return number === NO_GPR || this.#isHigh(number, width) ? 0 : width;
  }
}

/** SIB bytes by whether they, with mod 0, are followed by a displacement of 32 bits. */
const ALL_SIBS = Array.from({ length: 256 }, (_, sib) => sib);
const BASED_SIBS = ALL_SIBS.filter((sib) => (sib & 7) !== NO_BASE);
const UNBASED_SIBS = ALL_SIBS.filter((sib) => (sib & 7) === NO_BASE);

/**
 * What may stand in place of the last byte of ModRM and SIB, so that the address is of other registers, and all else the
 * same.
 *
 * @param modrm ModRM, of which the operand is in memory
 * @param sib SIB, or undefined where there is none
 */
export function otherAddresses(modrm: number, sib: number | undefined): readonly number[] {
  const mod = modrm >> 6;
  if (sib !== undefined) {
    if (mod !== 0) return ALL_SIBS;
    return (sib & 7) === NO_BASE ? UNBASED_SIBS : BASED_SIBS;
  }
  const isRelative = (rm: number): boolean => mod === 0 && rm === NO_BASE;
  if (isRelative(modrm & 7)) return [];
  return ADDRESSING.filter((rm) => !isRelative(rm)).map((rm) => (modrm & ~7) | rm);
}

/** The displacement that ends at `end`. */
function displacementAt(bytes: Uint8Array, end: number, size: number): number {
  if (size === 0) return 0;
  if (size === 1) return ((bytes[end - 1] ?? 0) << 24) >> 24;
  return (
    (bytes[end - 4] ?? 0) |
    ((bytes[end - 3] ?? 0) << 8) |
    ((bytes[end - 2] ?? 0) << 16) |
    ((bytes[end - 1] ?? 0) << 24)
  );
}
