/**
 * R2: one linear pass over the code segment finds all instructions; instruction-reader.ts checks each by itself, or one
 * of those that differ in their last numbers only.
 */
import { Asking } from './asking.js';
import { allocateCode, type Code, type CodeArrays, growCode } from './code.js';
import type { AskingFacts, DecoderFacts } from './decoder-facts.js';
import type { ImageFile } from './elf.js';
import { REFUSED, TRAP } from './encodings.js';
import { type InstructionOperands, noOperands } from './instruction-operands.js';
import { InstructionReader } from './instruction-reader.js';
import type { Refuse } from './rules.js';
import { Tails } from './tails.js';

/** More would mean that the bytes are no code of ours at all. */
const MAX_UNDECODABLE = 100;
/** So many refusals say enough; a hostile file could have as many as bytes. */
const MAX_REFUSED = 50_000;
/** One byte, with no other meaning; linkers fill with it. */
const INT3 = 0xcc;
/** Bytes of an instruction. */
const MAX_LENGTH = 15;

/** Decodes the code segment and checks every instruction by itself. */
export function decodeImage(facts: AskingFacts, image: ImageFile, refuse: Refuse): Code {
  const { bytes, start } = image.code;
  const asking = new Asking(facts, bytes, start);
  try {
    const decoding = new LinearDecoding(facts, image, refuse, asking);
    decoding.run();
    return decoding.code;
  } finally {
    asking.free();
  }
}

/** The same without the decoder; undefined where it has to be asked. */
export function decodeKnown(
  facts: DecoderFacts,
  image: ImageFile,
  refuse: Refuse,
): Code | undefined {
  const decoding = new LinearDecoding(facts, image, refuse, undefined);
  return decoding.run() ? decoding.code : undefined;
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
  readonly #asking: Asking | undefined;
  readonly #operands: InstructionOperands = noOperands();
  #undecodable = 0;
  #refused = 0;

  constructor(facts: DecoderFacts, image: ImageFile, refuse: Refuse, asking: Asking | undefined) {
    const { encodings } = facts;
    const { bytes, start } = image.code;
    this.#facts = facts;
    this.#refuse = (rule, address, message) => {
      this.#refused++;
      refuse(rule, address, message);
    };
    this.#bytes = new Uint8Array(bytes.length + MAX_LENGTH);
    this.#bytes.set(bytes);
    this.#length = bytes.length;
    this.code = allocateCode(bytes.length, start, encodings);
    this.#reader = new InstructionReader(facts, image, this.#refuse);
    this.#tails = new Tails(encodings, bytes, start, image.readOnly);
    this.#asking = asking;
  }

  /** False where the decoder has to be asked, and there is none. */
  run(): boolean {
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
        const size = this.#decode(offset);
        if (size === 0) return false;
        offset += size;
        if (this.#undecodable >= MAX_UNDECODABLE || this.#refused >= MAX_REFUSED) return true;
      }
    }
    return true;
  }

  #enter(offset: number, encoding: number, displacement: number, immediate: number): void {
    const { code } = this;
    if (code.count === code.address.length) growCode(code);
    const at = code.count++;
    code.address[at] = code.start + offset;
    code.starts.add(at, offset);
    code.encoding[at] = encoding;
    code.displacement[at] = displacement;
    code.immediate[at] = immediate;
  }

  /** Reads an instruction of unknown encoding; the number of its bytes, or 0 where the decoder would have to. */
  #decode(offset: number): number {
    const operands = this.#operands;
    const { siblings } = this.#facts;
    const isRead =
      siblings.read(this.#bytes, offset, this.code.start, operands) &&
      offset + operands.length <= this.#length;
    if (!isRead) {
      if (this.#asking === undefined) return 0;
      const refused = this.#ask(this.#asking, offset);
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
  #ask(asking: Asking, offset: number): number {
    const address = this.code.start + offset;
    switch (asking.ask(offset, this.#operands)) {
      case 'invalid':
        this.#refuse('TBV0002', address, 'these bytes are no instruction');
        this.#undecodable++;
        return 1;
      case 'other':
        this.#refuse('TBV0003', address, 'this instruction is not on the allow-list');
        this.#enter(offset, REFUSED, 0, 0);
        return this.#operands.length;
      case 'read':
        return 0;
    }
  }
}
