/** R2: one linear pass over the code segment finds all instructions; instruction-reader.ts checks each by itself. */
import type { AllowList } from './allow-list.js';
import { allocateCode, type Code } from './code.js';
import type { ImageFile } from './elf.js';
import type { Iced, RegisterFacts } from './iced.js';
import { InstructionReader } from './instruction-reader.js';
import type { Refuse } from './rules.js';

export type { Code } from './code.js';

/** More would mean that the bytes are no code of ours at all. */
const MAX_UNDECODABLE = 100;
/** One byte, with no other meaning; linkers fill with it. */
const INT3 = 0xcc;

/** Decodes the code segment and checks every instruction by itself. */
export function decodeImage(
  iced: Iced,
  image: ImageFile,
  list: AllowList,
  registers: RegisterFacts,
  refuse: Refuse,
): Code {
  const { bytes, start } = image.code;
  const code = allocateCode(bytes.length, start);
  const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
  const instruction = new iced.Instruction();
  const reader = new InstructionReader(iced, image, list, registers, code, refuse);
  const moveTo = (offset: number): void => {
    decoder.position = offset;
    decoder.ip = BigInt(start + offset);
  };
  try {
    moveTo(0);
    let undecodable = 0;
    for (let offset = 0; offset < bytes.length;) {
      if (bytes[offset] === INT3) {
        do reader.readTrap(offset++);
        while (bytes[offset] === INT3);
        if (offset < bytes.length) moveTo(offset);
        continue;
      }
      decoder.decodeOut(instruction);
      const number = instruction.code;
      if (number === iced.Code.INVALID) {
        refuse('TBV0002', start + offset, 'these bytes are no instruction');
        if (++undecodable >= MAX_UNDECODABLE) break;
        offset++;
        if (offset < bytes.length) moveTo(offset);
        continue;
      }
      const { length } = instruction;
      reader.read(instruction, number, offset, length);
      offset += length;
    }
  } finally {
    instruction.free();
    decoder.free();
  }
  return code;
}
