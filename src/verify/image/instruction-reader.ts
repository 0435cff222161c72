/** R3, R4 and the part of R5 that needs no data flow: what one instruction is, by itself. */
import type { Code, Decoder, Instruction, Register } from 'iced-x86';
import { IS_VECTOR_ENCODED, READ, UNLEARNED, WRITE } from './allow-list.js';
import { NO_OPERAND, sizeOf } from './code-shapes.js';
import type { DecoderFacts } from './decoder-facts.js';
import type { ImageFile } from './elf.js';
import { PLACED, REFUSED } from './encodings.js';
import { NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { classifyOperand, type EncodedOperand, OPERAND, type OperandForm } from './operands.js';
import { PLAIN, plainOf } from './plain.js';
import {
  HAS_67,
  HAS_GS,
  isLongNop,
  prefixProblem,
  readPrefixes,
  vectorPrefixProblem,
} from './prefixes.js';
import type { Refuse } from './rules.js';
import { readImmediate, sizeOfImmediate, Tails } from './tails.js';

/** Reads instructions with the decoder, checks them, and learns their encodings. */
export class InstructionReader {
  readonly #facts: DecoderFacts;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #start: number;
  readonly #tails: Tails;
  readonly #refuse: Refuse;
  /** The memory operand of the current instruction. */
  readonly #operand: { -readonly [Field in keyof EncodedOperand]: EncodedOperand[Field] };
  /** Of the instruction that was read. */
  displacement = 0;
  immediate = 0;

  constructor(facts: DecoderFacts, image: ImageFile, refuse: Refuse) {
    const { bytes, start } = image.code;
    this.#facts = facts;
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.#start = start;
    this.#tails = new Tails(facts.encodings, bytes, start, image.readOnly);
    this.#refuse = refuse;
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

  /** An instruction of code `number` at `offset`, just decoded: the number of its encoding. */
  read(decoder: Decoder, instruction: Instruction, number: Code, offset: number): number {
    const { list, encodings } = this.#facts;
    if (list.allowed[number] === UNLEARNED) list.learn(number);
    if (list.allowed[number] !== 1) {
      const message = 'this instruction is not on the allow-list';
      this.#refuse('TBV0003', this.#start + offset, message);
      return REFUSED;
    }
    const encoding = encodings.add();
    const { length } = instruction;
    encodings.code[encoding] = number;
    encodings.length[encoding] = length;
    this.displacement = 0;
    this.immediate = 0;
    const prefixes = readPrefixes(this.#bytes, offset, length);
    const isAccepted =
      list.kind[number] === KINDS.nop
        ? this.#readNop(encoding, number, offset, prefixes)
        : this.#readOther(instruction, encoding, number, offset, prefixes);
    if (!isAccepted) {
      encodings.drop();
      return REFUSED;
    }
    this.#learn(decoder, instruction, encoding, offset, prefixes);
    return encoding;
  }

  #readNop(encoding: number, number: number, offset: number, prefixes: number): boolean {
    const needed = this.#facts.list.prefixes[number] ?? 0;
    const problem = prefixProblem(prefixes, needed, true, false);
    if (problem !== undefined && !isLongNop(this.#bytes, offset)) {
      this.#refuse('TBV0004', this.#start + offset, problem);
      return false;
    }
    this.#facts.encodings.kind[encoding] = KINDS.nop;
    this.#facts.encodings.plain[encoding] = PLAIN.always;
    return true;
  }

  #readOther(
    instruction: Instruction,
    encoding: number,
    number: number,
    offset: number,
    prefixes: number,
  ): boolean {
    const { list, encodings } = this.#facts;
    const kind = list.kind[number] ?? KINDS.refused;
    this.#readRegisters(instruction, number, encoding);
    this.#readImmediate(number, encoding, offset + instruction.length);
    if (list.shape.isBranch[number] === 1) this.displacement = instruction.nearBranch32 | 0;
    const form = this.#readMemory(instruction, number, encoding, prefixes);
    const needed = list.prefixes[number] ?? 0;
    const hasGsOperand = form === OPERAND.window || typeof form === 'string';
    const problem =
      prefixProblem(prefixes, needed, isBranch(kind), hasGsOperand) ??
      vectorPrefixProblem(this.#bytes, offset, needed, form !== OPERAND.none);
    if (problem !== undefined) {
      this.#refuse('TBV0004', this.#start + offset, problem);
      return false;
    }
    if (typeof form === 'string') {
      this.#refuse('TBV0005', this.#start + offset, form);
      return false;
    }
    encodings.kind[encoding] = kind;
    encodings.operand[encoding] = form;
    const isComparison = kind === KINDS.compareImmediate || kind === KINDS.subtractImmediate;
    encodings.changesFlags[encoding] = isComparison ? 1 : (list.flags[number] ?? 1);
    encodings.plain[encoding] = plainOf({
      kind,
      operand: form,
      writes: (encodings.writes[encoding] ?? 0) | (encodings.writesHalves[encoding] ?? 0),
      register0: encodings.register0[encoding] ?? NO_GPR,
      bits0: encodings.bits0[encoding] ?? 0,
    });
    return true;
  }

  #readRegisters(instruction: Instruction, number: number, encoding: number): void {
    const { list, encodings, registers } = this.#facts;
    const { gpr, bits } = registers;
    const places = list.shape.registers[number] ?? 0;
    let unknown = list.implicit[number] ?? 0;
    let halves = 0;
    encodings.register0[encoding] = NO_GPR;
    encodings.register1[encoding] = NO_GPR;
    for (let operand = 0; operand < 2; operand++) {
      if ((places & (1 << operand)) === 0) continue;
      const register = operand === 0 ? instruction.op0Register : instruction.op1Register;
      const known = gpr[register] ?? NO_GPR;
      const width = bits[register] ?? 0;
      (operand === 0 ? encodings.register0 : encodings.register1)[encoding] = known;
      (operand === 0 ? encodings.bits0 : encodings.bits1)[encoding] = width;
      const isWritten = ((list.access[number * 5 + operand] ?? 0) & WRITE) !== 0;
      if (!isWritten || known === NO_GPR) continue;
      if (width === 32 && list.kind[number] !== KINDS.upperHalfKept) halves |= 1 << known;
      else unknown |= 1 << known;
    }
    encodings.writes[encoding] = unknown;
    encodings.writesHalves[encoding] = halves & ~unknown;
  }

  /** An immediate is the last thing in an instruction. */
  #readImmediate(number: number, encoding: number, end: number): void {
    const { list, encodings } = this.#facts;
    const kind = list.shape.immediate[number] ?? 0;
    const immediate = readImmediate(this.#view, end, kind);
    encodings.immediate[encoding] = kind;
    this.immediate = immediate;
    const isWide = sizeOfImmediate(kind) === 8;
    if (isWide && this.#view.getInt32(end - 4, true) !== immediate >> 31) {
      encodings.wide[encoding] = 1;
    }
  }

  /** The form of the memory operand, or what is wrong with it. */
  #readMemory(
    instruction: Instruction,
    number: number,
    encoding: number,
    prefixes: number,
  ): OperandForm | string {
    const { iced, list, encodings, registers } = this.#facts;
    const { shape, access, kind } = list;
    encodings.base[encoding] = NO_GPR;
    encodings.index[encoding] = NO_GPR;
    const place = shape.memory[number] ?? NO_OPERAND;
    if (place === NO_OPERAND) return OPERAND.none;
    if (shape.isMemory[number] !== 1 && !this.#isMemory(instruction, place)) return OPERAND.none;
    const { gpr } = registers;
    const base = instruction.memoryBase;
    const index = instruction.memoryIndex;
    const isIndexed = (gpr[index] ?? NO_GPR) !== NO_GPR;
    encodings.base[encoding] = gpr[base] ?? NO_GPR;
    encodings.index[encoding] = gpr[index] ?? NO_GPR;
    if (isIndexed) encodings.scale[encoding] = instruction.memoryIndexScale;
    // The low half of the displacement, whatever the operand (iced keeps both in one field).
    this.displacement = instruction.nearBranch32 | 0;
    encodings.size[encoding] =
      shape.canBroadcast[number] === 1
        ? sizeOf(iced, instruction.memorySize)
        : (shape.size[number] ?? 255);
    encodings.access[encoding] = access[number * 5 + place] ?? READ | WRITE;
    const operand = this.#operand;
    operand.kind = kind[number] ?? KINDS.refused;
    operand.hasGs = (prefixes & HAS_GS) !== 0;
    operand.has67 = (prefixes & HAS_67) !== 0;
    operand.base = this.#baseForm(base);
    operand.index = this.#indexForm(index);
    operand.displacement = this.displacement;
    operand.size = encodings.size[encoding] ?? 255;
    operand.access = encodings.access[encoding] ?? READ | WRITE;
    operand.hasBitOffset =
      shape.isBitTest[number] === 1 && encodings.register1[encoding] !== NO_GPR;
    encodings.isRipRelative[encoding] = operand.base === 'rip' ? 1 : 0;
    return classifyOperand(operand);
  }

  /** Whether operand number `place`, which may be a register, is in memory. */
  #isMemory(instruction: Instruction, place: number): boolean {
    const { Memory } = this.#facts.iced.OpKind;
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
    const { iced, registers } = this.#facts;
    if (base === iced.Register.None) return 'none';
    if (base === iced.Register.RIP) return 'rip';
    if (base === iced.Register.EIP) return 'eip';
    return registers.bits[base] === 32 ? '32' : '64';
  }

  #indexForm(index: Register): EncodedOperand['index'] {
    const { iced, registers } = this.#facts;
    if (index === iced.Register.None) return 'none';
    if ((registers.gpr[index] ?? NO_GPR) === NO_GPR) return 'vector';
    return registers.bits[index] === 32 ? '32' : '64';
  }

  // Encodings

  /**
   * Lets other instructions that begin with the same bytes be read without the decoder, if what is read so agrees with
   * the decoder about this one.
   */
  #learn(
    decoder: Decoder,
    instruction: Instruction,
    encoding: number,
    offset: number,
    prefixes: number,
  ): void {
    const { encodings, tree } = this.#facts;
    const { displacement, immediate } = this;
    const own = this.#ownBytes(decoder, instruction, encoding);
    const placed = placeOf(encodings.operand[encoding], prefixes);
    if (own === undefined || placed === undefined) return;
    encodings.placed[encoding] = placed;
    const isAgreed =
      this.#tails.read(encoding, offset) &&
      this.#tails.displacement === displacement &&
      this.#tails.immediate === immediate;
    if (isAgreed) tree.learn(this.#bytes, offset, own, encoding);
  }

  /** How many bytes stand in front of the displacement and the immediate; undefined if these are of unusual kinds. */
  #ownBytes(decoder: Decoder, instruction: Instruction, encoding: number): number | undefined {
    const { list, encodings } = this.#facts;
    const number = instruction.code;
    const isBranch = list.shape.isBranch[number] === 1;
    const immediate = sizeOfImmediate(encodings.immediate[encoding] ?? 0);
    const constants = decoder.getConstantOffsets(instruction);
    const size = isBranch ? constants.immediateSize : constants.displacementSize;
    const isUsual =
      !constants.hasImmediate2 &&
      (isBranch ? !constants.hasDisplacement && immediate === 0 : true) &&
      (isBranch || constants.immediateSize === immediate) &&
      immediate !== 8 &&
      [0, 1, 4].includes(size);
    constants.free();
    if (!isUsual) return undefined;
    const isScaled = size === 1 && ((list.prefixes[number] ?? 0) & IS_VECTOR_ENCODED) !== 0;
    const { base } = this.#operand;
    const hasMemory = encodings.operand[encoding] !== OPERAND.none;
    const isRelative = isBranch || (hasMemory && (base === 'rip' || base === 'eip'));
    encodings.isRelative[encoding] = isRelative ? 1 : 0;
    if (isScaled) {
      // EVEX has displacements in units that depend on the code: they count as part of the encoding.
      encodings.displacement[encoding] = this.displacement;
      return instruction.length - immediate;
    }
    encodings.displacementSize[encoding] = size;
    return instruction.length - immediate - size;
  }
}

/** What the form of an operand asks of the displacement; undefined where instructions are not alike in that. */
function placeOf(form: number | undefined, prefixes: number): number | undefined {
  switch (form) {
    case OPERAND.window:
      return (prefixes & HAS_67) === 0 ? PLACED.lowHalf : PLACED.anywhere;
    case OPERAND.readOnly:
      return PLACED.readOnly;
    case OPERAND.gate:
      return undefined;
    default:
      return PLACED.anywhere;
  }
}

function isBranch(kind: number): boolean {
  return (
    kind === KINDS.call || kind === KINDS.jump || kind === KINDS.jumpIf || kind === KINDS.return
  );
}
