/**
 * R2: one linear pass over the code segment finds all instructions; instruction-reader.ts checks each by itself, or one
 * of those that differ in their last numbers only.
 */
import type { Code as IcedCode, Decoder, Instruction } from 'iced-x86';
import { UNLEARNED } from './allow-list.js';
import { allocateCode, type Code, type CodeArrays, growCode } from './code.js';
import type { DecoderFacts } from './decoder-facts.js';
import type { ImageFile } from './elf.js';
import { REFUSED, TRAP } from './encodings.js';
import { DecodedOperands, type InstructionOperands, noOperands } from './instruction-operands.js';
import { InstructionReader } from './instruction-reader.js';
import type { Refuse } from './rules.js';
import { Tails } from './tails.js';

/** More would mean that the bytes are no code of ours at all. */
const MAX_UNDECODABLE = 100;
/** One byte, with no other meaning; linkers fill with it. */
const INT3 = 0xcc;
/** Bytes of an instruction. */
const MAX_LENGTH = 15;

/** Decodes the code segment and checks every instruction by itself. */
export function decodeImage(facts: DecoderFacts, image: ImageFile, refuse: Refuse): Code {
  const decoding = new LinearDecoding(facts, image, refuse);
  try {
    decoding.run();
  } finally {
    decoding.free();
  }
  return decoding.code;
}

class LinearDecoding {
  readonly code: CodeArrays;
  readonly #facts: DecoderFacts;
  readonly #refuse: Refuse;
  /** The code, and zeros behind it. */
  readonly #bytes: Uint8Array;
  readonly #length: number;
  readonly #reader: InstructionReader;
  readonly #tails: Tails;
  readonly #decoder: Decoder;
  readonly #instruction: Instruction;
  readonly #decoded: DecodedOperands;
  readonly #operands: InstructionOperands;
  readonly #invalid: IcedCode;
  #undecodable = 0;

  constructor(facts: DecoderFacts, image: ImageFile, refuse: Refuse) {
    const { iced, encodings } = facts;
    const { bytes, start } = image.code;
    this.#facts = facts;
    this.#refuse = refuse;
    this.#bytes = new Uint8Array(bytes.length + MAX_LENGTH);
    this.#bytes.set(bytes);
    this.#length = bytes.length;
    this.code = allocateCode(bytes.length, start, encodings);
    this.#reader = new InstructionReader(facts, image, refuse);
    this.#tails = new Tails(encodings, bytes, start, image.readOnly);
    this.#decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
    this.#instruction = new iced.Instruction();
    this.#decoded = new DecodedOperands(facts);
    this.#operands = noOperands(iced);
    this.#invalid = iced.Code.INVALID;
  }

  free(): void {
    this.#instruction.free();
    this.#decoder.free();
  }

  run(): void {
    const { code } = this;
    const { encodings } = code;
    const bytes = this.#bytes;
    const tree = this.#facts.tree;
    const tails = this.#tails;
    const length = this.#length;
    for (let offset = 0; offset < length;) {
      const encoding = bytes[offset] === INT3 ? TRAP : tree.find(bytes, offset);
      if (encoding === TRAP) {
        this.#enter(offset++, TRAP, 0, 0);
      } else if (encoding !== 0 && tails.read(encoding, offset)) {
        this.#enter(offset, encoding, tails.displacement, tails.immediate);
        offset += encodings.length[encoding] ?? 1;
      } else {
        offset += this.#decode(offset);
        if (this.#undecodable >= MAX_UNDECODABLE) return;
      }
    }
  }

  #enter(offset: number, encoding: number, displacement: number, immediate: number): void {
    const { code } = this;
    if (code.count === code.address.length) growCode(code);
    const at = code.count++;
    code.address[at] = code.start + offset;
    code.startsAt[offset] = at;
    code.encoding[at] = encoding;
    code.displacement[at] = displacement;
    code.immediate[at] = immediate;
  }

  /** Reads an instruction of unknown encoding; the number of its bytes. */
  #decode(offset: number): number {
    const operands = this.#operands;
    const { siblings } = this.#facts;
    const isRead =
      siblings.read(this.#bytes, offset, this.code.start, operands) &&
      offset + operands.length <= this.#length;
    if (!isRead) {
      const refused = this.#ask(offset);
      if (refused > 0) return refused;
      siblings.learn(this.#bytes, offset, operands);
    }
    const reader = this.#reader;
    const encoding = reader.read(operands, offset);
    const isKnown = encoding !== REFUSED;
    this.#enter(
      offset,
      encoding,
      isKnown ? reader.displacement : 0,
      isKnown ? reader.immediate : 0,
    );
    return operands.length;
  }

  /** Asks the decoder for the operands; the number of bytes of what is refused whatever its operands are, or 0. */
  #ask(offset: number): number {
    const { list } = this.#facts;
    const { start } = this.code;
    const decoder = this.#decoder;
    const instruction = this.#instruction;
    decoder.position = offset;
    decoder.ip = BigInt(start + offset);
    decoder.decodeOut(instruction);
    const { code } = instruction;
    if (code === this.#invalid) {
      this.#refuse('TBV0002', start + offset, 'these bytes are no instruction');
      this.#undecodable++;
      return 1;
    }
    if (list.allowed[code] === UNLEARNED) list.learn(code);
    if (list.allowed[code] !== 1) {
      this.#refuse('TBV0003', start + offset, 'this instruction is not on the allow-list');
      this.#enter(offset, REFUSED, 0, 0);
      return instruction.length;
    }
    this.#operands.code = code;
    this.#decoded.read(decoder, instruction, this.#operands);
    return 0;
  }
}
