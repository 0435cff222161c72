/** R3, R4 and the part of R5 that needs no data flow: what one instruction is, by itself. */
import { READ, WRITE } from './allow-list.js';
import type { DecoderFacts } from './decoder-facts.js';
import type { ImageFile } from './elf.js';
import { PLACED, REFUSED } from './encodings.js';
import { NO_GPR } from './iced.js';
import type { InstructionOperands } from './instruction-operands.js';
import { KINDS } from './kinds.js';
import { otherAddresses } from './modrm.js';
import { classifyOperand, type EncodedOperand, OPERAND, type OperandForm } from './operands.js';
import { PLAIN, plainOf } from './plain.js';
import {
  HAS_67,
  HAS_GS,
  isLongNop,
  prefixProblem,
  readPrefixes,
  unusedBitProblem,
} from './prefixes.js';
import type { Refuse } from './rules.js';
import { readImmediate, sizeOfImmediate, Tails } from './tails.js';

/** Checks instructions, and learns their encodings. */
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

  /** An instruction at `offset`, whose code is on the list: the number of its encoding. */
  read(operands: InstructionOperands, offset: number): number {
    const { list, encodings } = this.#facts;
    const encoding = encodings.add();
    const { code, length } = operands;
    encodings.code[encoding] = code;
    encodings.length[encoding] = length;
    this.displacement = 0;
    this.immediate = 0;
    const prefixes = readPrefixes(this.#bytes, offset, length);
    const isAccepted =
      list.kind[code] === KINDS.nop
        ? this.#readNop(operands, encoding, offset, prefixes)
        : this.#readOther(operands, encoding, offset, prefixes);
    if (!isAccepted) {
      encodings.drop();
      return REFUSED;
    }
    if (operands.isRegular) this.#learn(operands, encoding, offset, prefixes);
    return encoding;
  }

  #readNop(
    operands: InstructionOperands,
    encoding: number,
    offset: number,
    prefixes: number,
  ): boolean {
    const needed = this.#facts.list.prefixes[operands.code] ?? 0;
    this.displacement = operands.displacement;
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
    operands: InstructionOperands,
    encoding: number,
    offset: number,
    prefixes: number,
  ): boolean {
    const { list, encodings } = this.#facts;
    const number = operands.code;
    const kind = list.kind[number] ?? KINDS.refused;
    this.displacement = operands.displacement;
    this.#enterRegisters(operands, encoding);
    this.#readImmediate(number, encoding, offset + operands.length);
    const form = this.#enterMemory(operands, encoding, prefixes);
    const needed = list.prefixes[number] ?? 0;
    const hasGsOperand = form === OPERAND.window || typeof form === 'string';
    const problem =
      prefixProblem(prefixes, needed, isBranch(kind), hasGsOperand) ??
      unusedBitProblem(this.#bytes, offset, needed, form !== OPERAND.none);
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
      isRip: encodings.isRipRelative[encoding] === 1,
    });
    return true;
  }

  #enterRegisters(operands: InstructionOperands, encoding: number): void {
    const { list, encodings } = this.#facts;
    const { access, kind, implicit } = list;
    const { code, register0, bits0, register1, bits1 } = operands;
    encodings.register0[encoding] = register0;
    encodings.bits0[encoding] = bits0;
    encodings.register1[encoding] = register1;
    encodings.bits1[encoding] = bits1;
    const first = access[code * 5] ?? WRITE;
    const second = access[code * 5 + 1] ?? WRITE;
    const isKept = kind[code] === KINDS.upperHalfKept;
    const unknown =
      (implicit[code] ?? 0) |
      (isKept || bits0 !== 32 ? written(register0, first) : 0) |
      (isKept || bits1 !== 32 ? written(register1, second) : 0);
    const all = written(register0, first) | written(register1, second);
    encodings.writes[encoding] = unknown;
    encodings.writesHalves[encoding] = all & ~unknown;
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
  #enterMemory(
    operands: InstructionOperands,
    encoding: number,
    prefixes: number,
  ): OperandForm | string {
    const { list, encodings } = this.#facts;
    const { code } = operands;
    const { shape, access, kind } = list;
    encodings.base[encoding] = NO_GPR;
    encodings.index[encoding] = NO_GPR;
    if (!operands.isMemory) return OPERAND.none;
    encodings.size[encoding] = operands.size;
    encodings.access[encoding] = access[code * 5 + (shape.memory[code] ?? 0)] ?? READ | WRITE;
    const operand = this.#operand;
    operand.kind = kind[code] ?? KINDS.refused;
    operand.hasGs = (prefixes & HAS_GS) !== 0;
    operand.has67 = (prefixes & HAS_67) !== 0;
    operand.base = operands.baseForm;
    operand.index = operands.indexForm;
    operand.displacement = operands.displacement;
    operand.size = operands.size;
    operand.access = encodings.access[encoding] ?? READ | WRITE;
    operand.hasBitOffset = shape.isBitTest[code] === 1 && operands.register1 !== NO_GPR;
    encodings.isRipRelative[encoding] = operand.base === 'rip' ? 1 : 0;
    const form = classifyOperand(operand);
    // In the window, registers do not count: instructions that differ in them share the encoding.
    if (form === OPERAND.window) return form;
    encodings.base[encoding] = operands.base;
    encodings.index[encoding] = operands.index;
    encodings.scale[encoding] = operands.scale;
    return form;
  }

  // Encodings

  /**
   * Lets other instructions that begin with the same bytes be read without the decoder, if what is read so agrees with
   * what is known of this one.
   */
  #learn(operands: InstructionOperands, encoding: number, offset: number, prefixes: number): void {
    const { list, encodings, tree } = this.#facts;
    const placed = placeOf(encodings.operand[encoding], prefixes);
    if (placed === undefined) return;
    const { code, length, displacementSize, isMemory, baseForm } = operands;
    const isRelative = isMemory
      ? baseForm === 'rip' || baseForm === 'eip'
      : list.shape.isBranch[code] === 1;
    encodings.isRelative[encoding] = isRelative ? 1 : 0;
    encodings.displacementSize[encoding] = displacementSize;
    if (displacementSize === 0) encodings.displacement[encoding] = this.displacement;
    encodings.placed[encoding] = placed;
    const isAgreed =
      this.#tails.read(encoding, offset) &&
      this.#tails.displacement === this.displacement &&
      this.#tails.immediate === this.immediate;
    const tail = displacementSize + sizeOfImmediate(encodings.immediate[encoding] ?? 0);
    if (!isAgreed) return;
    const lasts =
      (prefixes & HAS_67) === 0
        ? []
        : this.#otherLasts(operands, encoding, offset, length - tail - 1);
    tree.learn(this.#bytes, offset, length - tail, encoding, lasts);
  }

  /**
   * What may stand in place of the byte at `offset + last`: which registers address the window is all the same, where
   * the address is cut to 32 bits.
   */
  #otherLasts(
    { modrm }: InstructionOperands,
    encoding: number,
    offset: number,
    last: number,
  ): readonly number[] {
    const bytes = this.#bytes;
    if (modrm === 0 || this.#facts.encodings.operand[encoding] !== OPERAND.window) return [];
    return otherAddresses(
      bytes[offset + modrm] ?? 0,
      last === modrm ? undefined : bytes[offset + last],
    );
  }
}

/** The bit of a register that is an operand with this access, if that writes it. */
function written(register: number, access: number): number {
  return register !== NO_GPR && (access & WRITE) !== 0 ? 1 << register : 0;
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
