/**
 * Instructions that differ from one that the decoder has read in the registers and the address only, which ModRM, SIB
 * and REX name (SDM volume 2, 2.1.3 to 2.2.1): an image has ten times as many of those as it has opcodes.
 */
import type { Code } from 'iced-x86';
import type { AllowList } from './allow-list.js';
import { IMMEDIATE, MODRM, ROLE } from './code-shapes.js';
import { NO_GPR } from './iced.js';
import type { InstructionOperands } from './instruction-operands.js';
import {
  HAS_67,
  HAS_F2,
  HAS_F3,
  HAS_LOCK,
  HAS_OTHER_SEGMENT,
  HAS_REX,
  IS_DISORDERLY,
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

/** Keys of opcodes have fewer bits than this. */
const EXTENSION = 20;

/** What the decoder said of one instruction is true for all that have these bits in common. */
interface Sibling {
  readonly code: Code;
  /** The registers that the code names itself. */
  readonly register0: number;
  readonly bits0: number;
  readonly register1: number;
  readonly bits1: number;
}

export class Siblings {
  readonly #list: AllowList;
  readonly #known = new Map<number, Sibling>();
  // The instruction that is read: its prefixes, the four bits of REX, the offset of ModRM, and what siblings share.
  #prefixes = 0;
  #rex = 0;
  #modrm = 0;
  #key = 0;

  constructor(list: AllowList) {
    this.#list = list;
  }

  /**
   * Fills `operands` for the instruction at `offset`, if a sibling is known. The array must go on behind the end of the
   * code, which is at `start`.
   */
  read(bytes: Uint8Array, offset: number, start: number, operands: InstructionOperands): boolean {
    if (!this.#readOpcode(bytes, offset)) return false;
    const reg = ((bytes[this.#modrm] ?? 0) >> 3) & 7;
    const sibling = this.#known.get(this.#key) ?? this.#known.get(extended(this.#key, reg));
    if (sibling === undefined) return false;
    const { shape } = this.#list;
    const { code } = sibling;
    operands.code = code;
    operands.register0 = sibling.register0;
    operands.bits0 = sibling.bits0;
    operands.register1 = sibling.register1;
    operands.bits1 = sibling.bits1;
    const end = this.#readAddress(bytes, operands);
    operands.length = end + sizeOfImmediate(shape.immediate[code] ?? IMMEDIATE.none) - offset;
    if (operands.length > MAX_LENGTH) return false;
    const distance = displacementAt(bytes, end, operands.displacementSize);
    const { baseForm } = operands;
    const isRelative = operands.isMemory && (baseForm === 'rip' || baseForm === 'eip');
    operands.displacement = isRelative
      ? (start + offset + operands.length + distance) | 0
      : distance;
    this.#nameOperands(bytes, operands);
    operands.size = shape.size[code] ?? 255;
    operands.isRegular = true;
    return true;
  }

  /** Remembers what the decoder has read at `offset`. */
  learn(bytes: Uint8Array, offset: number, operands: InstructionOperands): void {
    const { code, register0, bits0, register1, bits1, isRegular } = operands;
    const modrm = this.#list.shape.modrm[code];
    if (!isRegular || modrm === MODRM.unread || !this.#readOpcode(bytes, offset)) return;
    const reg = ((bytes[this.#modrm] ?? 0) >> 3) & 7;
    const key = modrm === MODRM.register ? this.#key : extended(this.#key, reg);
    this.#known.set(key, { code, register0, bits0, register1, bits1 });
  }

  /** Reads the bytes up to ModRM, if there is one; false where prefixes are of a kind that calls for the decoder. */
  #readOpcode(bytes: Uint8Array, offset: number): boolean {
    const prefixes = readPrefixes(bytes, offset, MAX_LENGTH);
    const hasBoth = (prefixes & HAS_F2) !== 0 && (prefixes & HAS_F3) !== 0;
    if ((prefixes & (IS_DISORDERLY | HAS_OTHER_SEGMENT | HAS_LOCK)) !== 0 || hasBoth) return false;
    let at = offset;
    for (let left = prefixes; left !== 0; left &= left - 1) at++;
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
    const isRegister = (bytes[at + 1] ?? 0) >> 6 === REGISTER ? 1 : 0;
    const wide = (this.#rex & REX_W) === 0 ? 0 : 1;
    const shared = prefixes & ~HAS_REX;
    this.#key = (((((((shared << 1) | wide) << 2) | map) << 8) | opcode) << 1) | isRegister;
    return true;
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

/** The key of an opcode to which bits 3 to 5 of ModRM belong. */
function extended(key: number, reg: number): number {
  return key | ((8 | reg) << EXTENSION);
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
