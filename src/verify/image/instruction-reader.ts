/** R3, R4 and the part of R5 that needs no data flow: what one instruction is, by itself. */
import type { Code, Instruction, Register } from 'iced-x86';
import { type AllowList, READ, UNLEARNED, WRITE } from './allow-list.js';
import { type CodeArrays, growCode } from './code.js';
import { IMMEDIATE, NO_OPERAND, sizeOf } from './code-shapes.js';
import type { ImageFile } from './elf.js';
import { type Iced, NO_GPR, type RegisterFacts } from './iced.js';
import { KINDS } from './kinds.js';
import { classifyOperand, type EncodedOperand, OPERAND, type OperandForm } from './operands.js';
import {
  HAS_67,
  HAS_GS,
  isLongNop,
  prefixProblem,
  readPrefixes,
  vectorPrefixProblem,
} from './prefixes.js';
import type { Refuse } from './rules.js';

/** Fills the arrays, instruction by instruction. */
export class InstructionReader {
  readonly #iced: Iced;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #list: AllowList;
  readonly #registers: RegisterFacts;
  readonly #code: CodeArrays;
  readonly #refuse: Refuse;
  readonly #int3: number;
  /** The memory operand of the current instruction. */
  readonly #operand: { -readonly [Field in keyof EncodedOperand]: EncodedOperand[Field] };

  constructor(
    iced: Iced,
    image: ImageFile,
    list: AllowList,
    registers: RegisterFacts,
    code: CodeArrays,
    refuse: Refuse,
  ) {
    const { bytes } = image.code;
    this.#iced = iced;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#list = list;
    this.#registers = registers;
    this.#code = code;
    this.#refuse = refuse;
    this.#int3 = iced.Code.Int3;
    this.#operand = {
      kind: KINDS.refused,
      hasGs: false,
      has67: false,
      base: 'none',
      index: 'none',
      displacement: 0,
      size: 0,
      access: READ | WRITE,
      hasBitOffset: false,
      readOnly: image.readOnly,
    };
  }

  /** A byte of padding. */
  readTrap(offset: number): void {
    const at = this.#begin(offset, this.#int3);
    this.#code.kind[at] = KINDS.trap;
  }

  #begin(offset: number, number: number): number {
    const code = this.#code;
    if (code.count === code.address.length) growCode(code);
    const at = code.count++;
    code.address[at] = code.start + offset;
    code.startsAt[offset] = at;
    code.code[at] = number;
    return at;
  }

  /** An instruction of code `number` at `offset`. */
  read(instruction: Instruction, number: Code, offset: number, length: number): void {
    const code = this.#code;
    const list = this.#list;
    const at = this.#begin(offset, number);
    const address = code.start + offset;
    if (list.allowed[number] === UNLEARNED) list.learn(number);
    if (list.allowed[number] !== 1) {
      this.#refuse('TBV0003', address, 'this instruction is not on the allow-list');
      return;
    }
    const kind = list.kind[number] ?? KINDS.refused;
    const prefixes = readPrefixes(this.#bytes, offset, length);
    if (kind === KINDS.nop) {
      this.#readNop(at, address, prefixes, number, offset);
      return;
    }
    this.#readRegisters(instruction, number, at);
    this.#readImmediate(number, at, offset + length);
    if (list.shape.isBranch[number] === 1) code.displacement[at] = instruction.nearBranch32;
    const form = this.#readMemory(instruction, number, at, prefixes);
    const needed = list.prefixes[number] ?? 0;
    const problem =
      prefixProblem(
        prefixes,
        needed,
        isBranch(kind),
        form === OPERAND.window || typeof form === 'string',
      ) ?? vectorPrefixProblem(this.#bytes, offset, needed, form !== OPERAND.none);
    if (problem !== undefined) this.#refuse('TBV0004', address, problem);
    else if (typeof form === 'string') this.#refuse('TBV0005', address, form);
    else {
      code.operand[at] = form;
      code.kind[at] = kind;
    }
  }

  #readNop(at: number, address: number, prefixes: number, number: number, offset: number): void {
    const needed = this.#list.prefixes[number] ?? 0;
    const problem = prefixProblem(prefixes, needed, true, false);
    if (problem !== undefined && !isLongNop(this.#bytes, offset)) {
      this.#refuse('TBV0004', address, problem);
      return;
    }
    this.#code.kind[at] = KINDS.nop;
  }

  #readRegisters(instruction: Instruction, number: number, at: number): void {
    const code = this.#code;
    const list = this.#list;
    const { gpr, bits } = this.#registers;
    const registers = list.shape.registers[number] ?? 0;
    let unknown = list.implicit[number] ?? 0;
    let halves = 0;
    code.register0[at] = NO_GPR;
    code.register1[at] = NO_GPR;
    for (let operand = 0; operand < 2; operand++) {
      if ((registers & (1 << operand)) === 0) continue;
      const register = operand === 0 ? instruction.op0Register : instruction.op1Register;
      const known = gpr[register] ?? NO_GPR;
      const width = bits[register] ?? 0;
      (operand === 0 ? code.register0 : code.register1)[at] = known;
      (operand === 0 ? code.bits0 : code.bits1)[at] = width;
      const isWritten = ((list.access[number * 5 + operand] ?? 0) & WRITE) !== 0;
      if (!isWritten || known === NO_GPR) continue;
      if (width === 32 && list.kind[number] !== KINDS.upperHalfKept) halves |= 1 << known;
      else unknown |= 1 << known;
    }
    code.writes[at] = unknown;
    code.writesHalves[at] = halves & ~unknown;
  }

  /** An immediate is the last thing in an instruction. */
  #readImmediate(number: number, at: number, end: number): void {
    const code = this.#code;
    const view = this.#view;
    switch (this.#list.shape.immediate[number]) {
      case IMMEDIATE.byte:
        code.immediate[at] = view.getUint8(end - 1);
        return;
      case IMMEDIATE.signedByte:
        code.immediate[at] = view.getInt8(end - 1);
        return;
      case IMMEDIATE.word:
        code.immediate[at] = view.getUint16(end - 2, true);
        return;
      case IMMEDIATE.signed32:
        code.immediate[at] = view.getInt32(end - 4, true);
        return;
      case IMMEDIATE.signed64: {
        const low = view.getInt32(end - 8, true);
        code.immediate[at] = low;
        code.wide[at] = view.getInt32(end - 4, true) === low >> 31 ? 0 : 1;
        return;
      }
      case IMMEDIATE.none:
      default:
    }
  }

  /** The form of the memory operand, or what is wrong with it. */
  #readMemory(
    instruction: Instruction,
    number: number,
    at: number,
    prefixes: number,
  ): OperandForm | string {
    const code = this.#code;
    const { shape, access, kind } = this.#list;
    code.base[at] = NO_GPR;
    code.index[at] = NO_GPR;
    const place = shape.memory[number] ?? NO_OPERAND;
    if (place === NO_OPERAND) return OPERAND.none;
    if (shape.isMemory[number] !== 1 && !this.#isMemory(instruction, place)) return OPERAND.none;
    const { gpr } = this.#registers;
    const base = instruction.memoryBase;
    const index = instruction.memoryIndex;
    code.base[at] = gpr[base] ?? NO_GPR;
    code.index[at] = gpr[index] ?? NO_GPR;
    if (code.index[at] !== NO_GPR) code.scale[at] = instruction.memoryIndexScale;
    // The low half of the displacement, whatever the operand (iced keeps both in one field).
    code.displacement[at] = instruction.nearBranch32;
    code.size[at] =
      shape.canBroadcast[number] === 1
        ? sizeOf(this.#iced, instruction.memorySize)
        : (shape.size[number] ?? 255);
    code.access[at] = access[number * 5 + place] ?? READ | WRITE;
    const operand = this.#operand;
    operand.kind = kind[number] ?? KINDS.refused;
    operand.hasGs = (prefixes & HAS_GS) !== 0;
    operand.has67 = (prefixes & HAS_67) !== 0;
    operand.base = this.#baseForm(base);
    operand.index = this.#indexForm(index);
    operand.displacement = code.displacement[at] ?? 0;
    operand.size = code.size[at] ?? 255;
    operand.access = code.access[at] ?? READ | WRITE;
    operand.hasBitOffset = shape.isBitTest[number] === 1 && code.register1[at] !== NO_GPR;
    code.isRipRelative[at] = operand.base === 'rip' ? 1 : 0;
    return classifyOperand(operand);
  }

  /** Whether operand number `place`, which may be a register, is in memory. */
  #isMemory(instruction: Instruction, place: number): boolean {
    const { Memory } = this.#iced.OpKind;
    switch (place) {
      case 0:
        return instruction.op0Kind === Memory;
      case 1:
        return instruction.op1Kind === Memory;
      case 2:
        return instruction.op2Kind === Memory;
      case 3:
        return instruction.op3Kind === Memory;
      default:
        return instruction.op4Kind === Memory;
    }
  }

  #baseForm(base: Register): EncodedOperand['base'] {
    const { Register } = this.#iced;
    if (base === Register.None) return 'none';
    if (base === Register.RIP) return 'rip';
    if (base === Register.EIP) return 'eip';
    return this.#registers.bits[base] === 32 ? '32' : '64';
  }

  #indexForm(index: Register): EncodedOperand['index'] {
    if (index === this.#iced.Register.None) return 'none';
    if ((this.#registers.gpr[index] ?? NO_GPR) === NO_GPR) return 'vector';
    return this.#registers.bits[index] === 32 ? '32' : '64';
  }
}

function isBranch(kind: number): boolean {
  return (
    kind === KINDS.call || kind === KINDS.jump || kind === KINDS.jumpIf || kind === KINDS.return
  );
}
