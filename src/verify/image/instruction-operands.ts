/** The operands of one instruction as it is encoded, read by the decoder or by modrm.ts. */
import type { ConstantOffsets, Decoder, Instruction, OpKind, Register } from 'iced-x86';
import { IS_VECTOR_ENCODED } from './allow-list.js';
import { IMMEDIATE, NO_OPERAND, sizeOf } from './code-shapes.js';
import type { AskingFacts } from './decoder-facts.js';
import { NO_GPR } from './iced.js';
import type { BaseForm, IndexForm } from './operands.js';
import { sizeOfImmediate } from './tails.js';

/** One of these is filled again and again; fields of operands that are not there mean nothing. */
export interface InstructionOperands {
  /** iced's code. */
  code: number;
  length: number;
  /** General-purpose registers of operands 0 and 1, or `NO_GPR`, and their widths. */
  register0: number;
  bits0: number;
  register1: number;
  bits1: number;
  isMemory: boolean;
  base: number;
  baseForm: BaseForm;
  index: number;
  indexForm: IndexForm;
  scale: number;
  /** Bytes of the operand in memory. */
  size: number;
  /** The low half; of a direct branch and for RIP the address. */
  displacement: number;
  /** Bytes of the displacement at the end, in front of the immediate. */
  displacementSize: number;
  /** Where ModRM is, from the start of the instruction; 0 where modrm.ts has not read it. */
  modrm: number;
  /** Whether the bytes in front of the displacement say all but displacement and immediate (encoding-tree.ts). */
  isRegular: boolean;
}

/** No operands. */
export function noOperands(): InstructionOperands {
  return {
    ...{ code: 0, length: 0, register0: NO_GPR, bits0: 0, register1: NO_GPR, bits1: 0 },
    ...{ isMemory: false, base: NO_GPR, baseForm: 'none', index: NO_GPR, indexForm: 'none' },
    ...{ scale: 0, size: 0, displacement: 0, displacementSize: 0, modrm: 0, isRegular: false },
  };
}

/** Asks the decoder. */
export class DecodedOperands {
  readonly #facts: AskingFacts;
  readonly #memory: OpKind;
  readonly #none: Register;
  readonly #rip: Register;
  readonly #eip: Register;

  constructor(facts: AskingFacts) {
    const { OpKind, Register } = facts.iced;
    this.#facts = facts;
    this.#memory = OpKind.Memory;
    this.#none = Register.None;
    this.#rip = Register.RIP;
    this.#eip = Register.EIP;
  }

  /** Fills `operands` for an instruction whose code is known and allowed. */
  read(decoder: Decoder, instruction: Instruction, operands: InstructionOperands): void {
    const { shape } = this.#facts.list;
    const { code } = operands;
    operands.length = instruction.length;
    operands.displacement = 0;
    operands.modrm = 0;
    this.#readRegisters(instruction, operands);
    if (shape.isBranch[code] === 1) operands.displacement = instruction.nearBranch32 | 0;
    operands.isMemory = this.#isMemory(instruction, shape.memory[code] ?? NO_OPERAND, code);
    if (operands.isMemory) this.#readMemory(instruction, operands);
    this.#readConstants(decoder, instruction, operands);
  }

  #readRegisters(instruction: Instruction, operands: InstructionOperands): void {
    const { list, registers } = this.#facts;
    const { gpr, bits } = registers;
    const places = list.shape.registers[operands.code] ?? 0;
    const first = (places & 1) === 0 ? this.#none : instruction.op0Register;
    const second = (places & 2) === 0 ? this.#none : instruction.op1Register;
    operands.register0 = gpr[first] ?? NO_GPR;
    operands.bits0 = bits[first] ?? 0;
    operands.register1 = gpr[second] ?? NO_GPR;
    operands.bits1 = bits[second] ?? 0;
  }

  /** Whether operand number `place`, which may be a register, is in memory. */
  #isMemory(instruction: Instruction, place: number, code: number): boolean {
    if (place === NO_OPERAND) return false;
    if (this.#facts.list.shape.isMemory[code] === 1) return true;
    switch (place) {
      case 0:
        return instruction.op0Kind === this.#memory;
      case 1:
        return instruction.op1Kind === this.#memory;
      case 2:
        return instruction.op2Kind === this.#memory;
      case 3:
        return instruction.op3Kind === this.#memory;
      default:
        return instruction.op4Kind === this.#memory;
    }
  }

  #readMemory(instruction: Instruction, operands: InstructionOperands): void {
    const { iced, list, registers } = this.#facts;
    const { gpr } = registers;
    const base = instruction.memoryBase;
    const index = instruction.memoryIndex;
    operands.base = gpr[base] ?? NO_GPR;
    operands.baseForm = this.#baseForm(base);
    operands.index = gpr[index] ?? NO_GPR;
    operands.indexForm = this.#indexForm(index);
    operands.scale = operands.index === NO_GPR ? 0 : instruction.memoryIndexScale;
    // The low half of the displacement, whatever the operand (iced keeps both in one field).
    operands.displacement = instruction.nearBranch32 | 0;
    operands.size =
      list.shape.canBroadcast[operands.code] === 1
        ? sizeOf(iced, instruction.memorySize)
        : (list.shape.size[operands.code] ?? 255);
  }

  #baseForm(base: Register): BaseForm {
    if (base === this.#none) return 'none';
    if (base === this.#rip) return 'rip';
    if (base === this.#eip) return 'eip';
    return this.#facts.registers.bits[base] === 32 ? '32' : '64';
  }

  #indexForm(index: Register): IndexForm {
    const { gpr, bits } = this.#facts.registers;
    if (index === this.#none) return 'none';
    if ((gpr[index] ?? NO_GPR) === NO_GPR) return 'vector';
    return bits[index] === 32 ? '32' : '64';
  }

  /** Where the numbers at the end are, and whether they are of the usual kinds. */
  #readConstants(decoder: Decoder, instruction: Instruction, operands: InstructionOperands): void {
    const { list } = this.#facts;
    const { code } = operands;
    const isBranch = list.shape.isBranch[code] === 1;
    const immediate = list.shape.immediate[code] ?? IMMEDIATE.none;
    const constants = decoder.getConstantOffsets(instruction);
    const size = isBranch ? constants.immediateSize : constants.displacementSize;
    operands.isRegular =
      isAtEnd(constants, instruction.length) &&
      !constants.hasImmediate2 &&
      (isBranch
        ? !constants.hasDisplacement && immediate === IMMEDIATE.none
        : constants.immediateSize === sizeOfImmediate(immediate)) &&
      immediate !== IMMEDIATE.signed64 &&
      [0, 1, 4].includes(size);
    constants.free();
    // EVEX has displacements in units that depend on the code: they count as part of the encoding.
    const isScaled = size === 1 && ((list.prefixes[code] ?? 0) & IS_VECTOR_ENCODED) !== 0;
    operands.displacementSize = isScaled ? 0 : size;
  }
}

/**
 * Whether displacement and immediate are the last bytes of an instruction: behind them may stand one that names a
 * register (`vblendvps`), which the decoder counts as neither.
 */
function isAtEnd(constants: ConstantOffsets, length: number): boolean {
  const { displacementOffset, displacementSize, immediateOffset, immediateSize } = constants;
  const isNext = immediateSize === 0 || immediateOffset === length - immediateSize;
  const end = displacementOffset + displacementSize;
  return isNext && (displacementSize === 0 || end === length - immediateSize);
}
