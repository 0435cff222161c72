/**
 * R2, R3, R4 and the part of R5 that needs no data flow: one linear pass over the code segment. What it keeps of each
 * instruction is in arrays, indexed by the number of the instruction: an image has hundreds of thousands of them.
 */
import type { Instruction, Mnemonic as MnemonicOf } from 'iced-x86';
import { type AllowList, READ, WRITE } from './allow-list.js';
import type { ImageFile } from './elf.js';
import { type Iced, NO_GPR, type RegisterFacts } from './iced.js';
import { KINDS } from './kinds.js';
import { classifyOperand, OPERAND, type OperandForm } from './operands.js';
import { HAS_67, HAS_GS, isLongNop, prefixProblem, readPrefixes } from './prefixes.js';
import type { Refuse } from './rules.js';

/** The instructions of an image. */
export interface Code {
  readonly count: number;
  /** Address of the first byte. */
  readonly start: number;
  /** Just behind the last byte. */
  readonly end: number;
  readonly address: Int32Array;
  /** A {@link KINDS} number. */
  readonly kind: Uint8Array;
  /** iced's code, for the {@link AllowList}. */
  readonly code: Uint16Array;
  /** Registers of operands 0 and 1, as general-purpose register numbers and widths; no code writes one as operand 2. */
  readonly register0: Uint8Array;
  readonly bits0: Uint8Array;
  readonly register1: Uint8Array;
  readonly bits1: Uint8Array;
  /** What the memory operand is, an {@link OPERAND} number. */
  readonly operand: Uint8Array;
  /** General-purpose registers of it, or `NO_GPR`. */
  readonly base: Uint8Array;
  readonly index: Uint8Array;
  readonly scale: Uint8Array;
  /** Displacement; for RIP-relative operands and direct branches the address. */
  readonly displacement: Int32Array;
  /** 1 where the displacement is an address relative to RIP. */
  readonly isRipRelative: Uint8Array;
  /** Bytes accessed, and whether read or written (`READ`, `WRITE`). */
  readonly size: Uint8Array;
  readonly access: Uint8Array;
  /** The last immediate, sign-extended and cut to 32 bits. */
  readonly immediate: Int32Array;
  /** Bit 0: the immediate does not fit in 32 bits, sign-extended. */
  readonly wide: Uint8Array;
  /** Number of the instruction that starts at `start + offset`, or -1. */
  readonly startsAt: Int32Array;
}

/** More would mean that the bytes are no code of ours at all. */
const MAX_UNDECODABLE = 100;

type Arrays = { -readonly [Field in keyof Code]: Code[Field] };

/** Bytes of code an instruction has on average are four and more; images with less make the arrays grow. */
const EXPECTED_SIZE = 3;

function allocate(bytes: number, start: number): Arrays {
  const room = Math.ceil(bytes / EXPECTED_SIZE) + 1;
  return {
    count: 0,
    start,
    end: start + bytes,
    address: new Int32Array(room),
    kind: new Uint8Array(room),
    code: new Uint16Array(room),
    register0: new Uint8Array(room),
    bits0: new Uint8Array(room),
    register1: new Uint8Array(room),
    bits1: new Uint8Array(room),
    operand: new Uint8Array(room),
    base: new Uint8Array(room),
    index: new Uint8Array(room),
    scale: new Uint8Array(room),
    displacement: new Int32Array(room),
    isRipRelative: new Uint8Array(room),
    size: new Uint8Array(room),
    access: new Uint8Array(room),
    immediate: new Int32Array(room),
    wide: new Uint8Array(room),
    startsAt: new Int32Array(bytes).fill(-1),
  };
}

/** Makes room for twice as many instructions. */
function grow(code: Arrays): void {
  const room = code.address.length * 2;
  const bytes = (old: Uint8Array): Uint8Array => {
    const larger = new Uint8Array(room);
    larger.set(old);
    return larger;
  };
  const words = (old: Int32Array): Int32Array => {
    const larger = new Int32Array(room);
    larger.set(old);
    return larger;
  };
  const codes = new Uint16Array(room);
  codes.set(code.code);
  code.code = codes;
  code.address = words(code.address);
  code.displacement = words(code.displacement);
  code.immediate = words(code.immediate);
  code.kind = bytes(code.kind);
  code.register0 = bytes(code.register0);
  code.bits0 = bytes(code.bits0);
  code.register1 = bytes(code.register1);
  code.bits1 = bytes(code.bits1);
  code.operand = bytes(code.operand);
  code.base = bytes(code.base);
  code.index = bytes(code.index);
  code.scale = bytes(code.scale);
  code.isRipRelative = bytes(code.isRipRelative);
  code.size = bytes(code.size);
  code.access = bytes(code.access);
  code.wide = bytes(code.wide);
}

/** Decodes the code segment and checks every instruction by itself. */
export function decodeImage(
  iced: Iced,
  image: ImageFile,
  list: AllowList,
  registers: RegisterFacts,
  refuse: Refuse,
): Code {
  const { bytes, start } = image.code;
  const code = allocate(bytes.length, start);
  const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
  const instruction = new iced.Instruction();
  const reader = new InstructionReader(iced, image, list, registers, code, refuse);
  try {
    decoder.ip = BigInt(start);
    let undecodable = 0;
    for (let offset = 0; offset < bytes.length;) {
      decoder.decodeOut(instruction);
      if (instruction.code === iced.Code.INVALID) {
        refuse('TBV0002', start + offset, 'these bytes are no instruction');
        if (++undecodable >= MAX_UNDECODABLE) break;
        offset++;
        decoder.position = offset;
        decoder.ip = BigInt(start + offset);
        continue;
      }
      const length = instruction.length;
      reader.read(instruction, offset, length);
      offset += length;
    }
  } finally {
    instruction.free();
    decoder.free();
  }
  return code;
}

/** Fills the arrays, instruction by instruction. */
class InstructionReader {
  readonly #iced: Iced;
  readonly #image: ImageFile;
  readonly #list: AllowList;
  readonly #registers: RegisterFacts;
  readonly #code: Arrays;
  readonly #refuse: Refuse;
  readonly #sizes: Uint8Array;

  constructor(
    iced: Iced,
    image: ImageFile,
    list: AllowList,
    registers: RegisterFacts,
    code: Arrays,
    refuse: Refuse,
  ) {
    this.#iced = iced;
    this.#image = image;
    this.#list = list;
    this.#registers = registers;
    this.#code = code;
    this.#refuse = refuse;
    this.#sizes = memorySizes(iced);
  }

  read(instruction: Instruction, offset: number, length: number): void {
    const code = this.#code;
    const list = this.#list;
    if (code.count === code.address.length) grow(code);
    const at = code.count++;
    const address = code.start + offset;
    const number = instruction.code;
    code.address[at] = address;
    code.startsAt[offset] = at;
    code.code[at] = number;
    if (list.allowed[number] !== 1) {
      this.#refuse('TBV0003', address, 'this instruction is not on the allow-list');
      return;
    }
    const kind = list.kind[number] ?? KINDS.refused;
    const prefixes = readPrefixes(this.#image.code.bytes, offset, length);
    if (kind === KINDS.nop) {
      this.#readNop(at, address, prefixes, number, offset);
      return;
    }
    this.#readOperands(instruction, at);
    if (code.access[at] === 255) {
      this.#refuse('TBV0003', address, 'this instruction has more memory operands than one');
      return;
    }
    const form = this.#operandForm(instruction, at, prefixes);
    const problem = prefixProblem(
      prefixes,
      list.prefixes[number] ?? 0,
      isBranch(kind),
      form === OPERAND.window || typeof form === 'string',
    );
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
    if (problem !== undefined && !isLongNop(this.#image.code.bytes, offset)) {
      this.#refuse('TBV0004', address, problem);
      return;
    }
    this.#code.kind[at] = KINDS.nop;
  }

  #readOperands(instruction: Instruction, at: number): void {
    const { OpKind } = this.#iced;
    const code = this.#code;
    const number = instruction.code;
    const { gpr, bits } = this.#registers;
    code.register0[at] = NO_GPR;
    code.register1[at] = NO_GPR;
    code.base[at] = NO_GPR;
    code.index[at] = NO_GPR;
    const count = instruction.opCount;
    for (let operand = 0; operand < count; operand++) {
      const opKind = instruction.opKind(operand);
      if (opKind === OpKind.Register) {
        if (operand > 1) continue;
        const register = instruction.opRegister(operand);
        const [to, width] =
          operand === 0 ? [code.register0, code.bits0] : [code.register1, code.bits1];
        to[at] = gpr[register] ?? NO_GPR;
        width[at] = bits[register] ?? 0;
      } else if (opKind === OpKind.Memory) {
        const isSecond = code.operand[at] !== 0;
        code.operand[at] = OPERAND.unproven;
        code.access[at] = isSecond ? 255 : (this.#list.access[number * 5 + operand] ?? 0);
      } else if (opKind === OpKind.NearBranch64) {
        code.displacement[at] = instruction.nearBranch32;
      } else {
        this.#readImmediate(instruction, at, operand);
      }
    }
  }

  #readImmediate(instruction: Instruction, at: number, operand: number): void {
    const value = instruction.immediate(operand);
    const cut = Number(BigInt.asIntN(32, value));
    this.#code.immediate[at] = cut;
    this.#code.wide[at] = BigInt.asIntN(64, value) === BigInt(cut) ? 0 : 1;
  }

  /** The form of the memory operand, or what is wrong with it. */
  #operandForm(instruction: Instruction, at: number, prefixes: number): OperandForm | string {
    const code = this.#code;
    if (code.operand[at] === 0) return OPERAND.none;
    const { gpr, bits } = this.#registers;
    const base = instruction.memoryBase;
    const index = instruction.memoryIndex;
    code.base[at] = gpr[base] ?? NO_GPR;
    code.index[at] = gpr[index] ?? NO_GPR;
    code.scale[at] = instruction.memoryIndexScale;
    // The low half of the displacement, whatever the operand (iced keeps both in one field).
    code.displacement[at] = instruction.nearBranch32;
    code.size[at] = this.#sizes[instruction.memorySize] ?? 255;
    const { Register } = this.#iced;
    code.isRipRelative[at] = base === Register.RIP ? 1 : 0;
    return classifyOperand({
      kind: this.#list.kind[code.code[at] ?? 0] ?? KINDS.refused,
      hasGs: (prefixes & HAS_GS) !== 0,
      has67: (prefixes & HAS_67) !== 0,
      base:
        base === Register.None
          ? 'none'
          : base === Register.RIP
            ? 'rip'
            : base === Register.EIP
              ? 'eip'
              : (bits[base] ?? 0) === 32
                ? '32'
                : '64',
      index:
        index === Register.None
          ? 'none'
          : code.index[at] === NO_GPR
            ? 'vector'
            : (bits[index] ?? 0) === 32
              ? '32'
              : '64',
      displacement: code.displacement[at] ?? 0,
      size: code.size[at],
      access: code.access[at] ?? READ | WRITE,
      hasBitOffset: isBitTest(this.#iced, instruction.mnemonic) && code.register1[at] !== NO_GPR,
      readOnly: this.#image.readOnly,
    });
  }
}

function isBranch(kind: number): boolean {
  return (
    kind === KINDS.call || kind === KINDS.jump || kind === KINDS.jumpIf || kind === KINDS.return
  );
}

function isBitTest({ Mnemonic }: Iced, mnemonic: MnemonicOf): boolean {
  return (
    mnemonic === Mnemonic.Bt ||
    mnemonic === Mnemonic.Bts ||
    mnemonic === Mnemonic.Btr ||
    mnemonic === Mnemonic.Btc
  );
}

/** Bytes by iced's memory size; 255 where it is larger or unknown. */
function memorySizes({ MemorySize, MemorySizeExt }: Iced): Uint8Array {
  const sizes = new Uint8Array(256).fill(255);
  for (const value of Object.values(MemorySize)) {
    if (typeof value !== 'number') continue;
    const size = MemorySizeExt.size(value);
    sizes[value] = size > 0 && size < 255 ? size : 255;
  }
  return sizes;
}
