/** Where an instruction code has its operands, as far as the code alone says it. */
import type { Code, MemorySize, OpCodeInfo } from 'iced-x86';
import type { Iced } from './iced.js';

export const NO_OPERAND = 255;
/** Largest size of a memory operand, and what stands for unknown ones. */
const UNKNOWN_SIZE = 255;

/** How an immediate is encoded: always in the last bytes of the instruction. */
export const IMMEDIATE = {
  none: 0,
  byte: 1,
  signedByte: 2,
  word: 3,
  signed32: 4,
  signed64: 5,
} as const;

/** What ModRM is in a code, if modrm.ts can read its instructions. */
export const MODRM = {
  unread: 0,
  /** Bits 3 to 5 name a register. */
  register: 1,
  /** Bits 3 to 5 belong to the opcode. */
  extension: 2,
  /** All of it does. */
  opcode: 3,
  /** There is none. */
  absent: 4,
} as const;

/** What names one of the first two operands. */
export const ROLE = {
  /** Nothing, or none that is a general-purpose register. */
  none: 0,
  /** ModRM.reg, with REX.R. */
  reg: 1,
  /** ModRM.rm, with REX.B, or the operand is in memory. */
  rm: 2,
  /** The code itself: `cl`. */
  code: 3,
} as const;

/** Facts by iced's code number. */
export class CodeShapes {
  /** Bit `n` where operand `n`, 0 or 1, may be a general-purpose register. */
  readonly registers: Uint8Array;
  /** Number of the operand that is or may be in memory, or `NO_OPERAND`. */
  readonly memory: Uint8Array;
  /** 1 where that operand is always in memory. */
  readonly isMemory: Uint8Array;
  /** Bytes of it, unless the code can broadcast. */
  readonly size: Uint8Array;
  readonly canBroadcast: Uint8Array;
  /** An {@link IMMEDIATE} number. */
  readonly immediate: Uint8Array;
  readonly isBranch: Uint8Array;
  /** Bytes of the distance of a direct branch. */
  readonly distance: Uint8Array;
  /** `bt` and its like: a register as second operand reaches beyond the first. */
  readonly isBitTest: Uint8Array;
  /** A {@link MODRM} number, for codes without VEX and EVEX. */
  readonly modrm: Uint8Array;
  /** For those a {@link ROLE} number and the width of a register for operands 0 and 1. */
  readonly role0: Uint8Array;
  readonly width0: Uint8Array;
  readonly role1: Uint8Array;
  readonly width1: Uint8Array;

  constructor(size: number) {
    this.registers = new Uint8Array(size);
    this.memory = new Uint8Array(size).fill(NO_OPERAND);
    this.isMemory = new Uint8Array(size);
    this.size = new Uint8Array(size).fill(UNKNOWN_SIZE);
    this.canBroadcast = new Uint8Array(size);
    this.immediate = new Uint8Array(size);
    this.isBranch = new Uint8Array(size);
    this.distance = new Uint8Array(size);
    this.isBitTest = new Uint8Array(size);
    this.modrm = new Uint8Array(size);
    this.role0 = new Uint8Array(size);
    this.width0 = new Uint8Array(size);
    this.role1 = new Uint8Array(size);
    this.width1 = new Uint8Array(size);
  }

  /** Fills in a code; false when it has more memory operands than one. */
  learn(iced: Iced, code: Code, opcode: OpCodeInfo): boolean {
    const { Mnemonic } = iced;
    const kinds = operandKinds(iced, opcode);
    const memories = kinds.flatMap((kind, operand) => (mayBeMemory(kind) ? [operand] : []));
    if (memories.length > 1) return false;
    const [memory = NO_OPERAND] = memories;
    this.memory[code] = memory;
    this.isMemory[code] = /^mem|^sibmem/.test(kinds[memory] ?? '') ? 1 : 0;
    this.size[code] = sizeOf(iced, opcode.memorySize);
    this.canBroadcast[code] = opcode.canBroadcast ? 1 : 0;
    this.registers[code] =
      (isGeneral(kinds[0] ?? 'None') ? 1 : 0) | (isGeneral(kinds[1] ?? 'None') ? 2 : 0);
    this.immediate[code] = immediateOf(kinds[kinds.length - 1] ?? 'None');
    this.isBranch[code] = kinds.some((kind) => /^br/.test(kind)) ? 1 : 0;
    this.distance[code] = Number(/^br64_([14])$/.exec(kinds[0] ?? '')?.[1] ?? 0);
    const bitTests: readonly number[] = [Mnemonic.Bt, Mnemonic.Bts, Mnemonic.Btr, Mnemonic.Btc];
    this.isBitTest[code] = bitTests.includes(opcode.mnemonic) ? 1 : 0;
    this.modrm[code] = modrmOf(iced, opcode, kinds);
    this.role0[code] = roleOf(kinds[0] ?? 'None');
    this.width0[code] = widthOf(kinds[0] ?? 'None');
    this.role1[code] = roleOf(kinds[1] ?? 'None');
    this.width1[code] = widthOf(kinds[1] ?? 'None');
    return true;
  }
}

/** Operands that modrm.ts can read: in ModRM, at the end, or the same wherever the opcode is. */
const IN_REG = /^(r8|r16|r32|r64|mm|xmm)_reg$/;
const IN_RM = /^(r8|r16|r32|r64|mm|xmm)_(or_mem|rm)$|^mem$/;
const ELSEWHERE =
  /^(imm8|imm8_const_1|imm8sex16|imm8sex32|imm8sex64|imm16|imm32|imm32sex64|al|cl|ax|dx|eax|rax)$/;
/** In the last byte of the opcode, or behind it. */
const IN_OPCODE = /^(r8|r16|r32|r64|sti)_opcode$|^st0$|^imm64$|^br64_[14]$/;

function modrmOf(iced: Iced, opcode: OpCodeInfo, kinds: readonly string[]): number {
  const inReg = kinds.some((kind) => IN_REG.test(kind));
  const inRm = kinds.some((kind) => IN_RM.test(kind));
  const isKnown = (kind: string): boolean =>
    ELSEWHERE.test(kind) || (inRm ? IN_REG.test(kind) || IN_RM.test(kind) : IN_OPCODE.test(kind));
  const isRead =
    opcode.encoding === iced.EncodingKind.Legacy &&
    kinds.every(isKnown) &&
    kinds.filter((kind) => /^imm(?!8_const)/.test(kind)).length <= 1;
  if (!isRead) return MODRM.unread;
  if (inRm) return inReg ? MODRM.register : MODRM.extension;
  // Of these the opcode's second byte is what stands in ModRM's place.
  return opcode.opCodeLength === 2 ? MODRM.opcode : MODRM.absent;
}

function roleOf(kind: string): number {
  if (!isGeneral(kind)) return ROLE.none;
  if (IN_REG.test(kind)) return ROLE.reg;
  return IN_RM.test(kind) ? ROLE.rm : ROLE.code;
}

function widthOf(kind: string): number {
  return Number(/^r(8|16|32|64)_/.exec(kind)?.[1] ?? 0);
}

/** The names that iced gives to the kinds of operands: `r32_or_mem`, `imm8sex64`. */
function operandKinds({ OpCodeOperandKind }: Iced, opcode: OpCodeInfo): readonly string[] {
  const kinds = [opcode.op0Kind, opcode.op1Kind, opcode.op2Kind, opcode.op3Kind, opcode.op4Kind];
  return kinds.slice(0, opcode.opCount).map((kind) => OpCodeOperandKind[kind]);
}

function mayBeMemory(kind: string): boolean {
  return /^mem|_or_mem|^sibmem|^seg_r|^es_r/.test(kind);
}

/** All but what is known to be of another kind. */
function isGeneral(kind: string): boolean {
  return !/^(None|mem|imm|br|k|mm|xmm|ymm|zmm|st)/.test(kind);
}

/** Bytes by iced's memory size; 255 where it is larger or unknown. */
export function sizeOf({ MemorySizeExt }: Iced, memorySize: MemorySize): number {
  const size = MemorySizeExt.size(memorySize);
  return size > 0 && size < UNKNOWN_SIZE ? size : UNKNOWN_SIZE;
}

function immediateOf(kind: string): number {
  switch (kind) {
    case 'imm8':
      return IMMEDIATE.byte;
    case 'imm8sex16':
    case 'imm8sex32':
    case 'imm8sex64':
      return IMMEDIATE.signedByte;
    case 'imm16':
      return IMMEDIATE.word;
    case 'imm32':
    case 'imm32sex64':
      return IMMEDIATE.signed32;
    case 'imm64':
      return IMMEDIATE.signed64;
    default:
      return IMMEDIATE.none;
  }
}
