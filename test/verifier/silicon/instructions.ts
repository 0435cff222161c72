/** One encoding of each form of each allowed instruction that has an operand in the window, at `%gs:(%edi)`. */
import type { Instruction } from 'iced-x86';
import { buildAllowList } from '../../../src/verify/image/allow-list.js';
import type { Iced } from '../../../src/verify/image/iced.js';

export interface MemoryInstruction {
  readonly name: string;
  /** Bytes of the operand, as the verifier counts them. */
  readonly size: number;
  readonly bytes: Uint8Array;
}

const WINDOW = [0x65, 0x67];
const LONGEST = 15;
const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const FIELDS = Array.from({ length: 8 }, (_, field) => field);

/** ModRM of `(%edi)` and the register or the part of the opcode `reg`. */
const modrm = (reg: number): number => (reg << 3) | 7;

function* legacy(): Generator<readonly number[]> {
  for (const escape of [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]])
    for (const opcode of BYTES)
      for (const prefix of [[], [0x66], [0xf2], [0xf3]])
        for (const rex of [[], [0x48]])
          for (const reg of FIELDS)
            yield [...WINDOW, ...prefix, ...rex, ...escape, opcode, modrm(reg)];
}

/** With and without the register that vvvv names: what has none wants ones there. */
const SOURCES = [15, 14];

function* vex(): Generator<readonly number[]> {
  for (const map of [1, 2, 3])
    for (const opcode of BYTES)
      for (const wide of [0, 0x80])
        for (const lengthAndPrefix of FIELDS)
          for (const source of SOURCES)
            for (const reg of [1, 2, 3])
              yield [
                ...[...WINDOW, 0xc4, 0xe0 | map, wide | (source << 3) | lengthAndPrefix],
                ...[opcode, modrm(reg)],
              ];
}

function* evex(): Generator<readonly number[]> {
  for (const map of [1, 2, 3, 5, 6])
    for (const opcode of BYTES)
      for (const wide of [0, 0x80])
        for (const prefix of [0, 1, 2, 3])
          for (const source of SOURCES)
            for (const length of [0, 0x20, 0x40])
              for (const broadcast of [0, 0x10])
                for (const mask of [0, 1])
                  yield [
                    ...[...WINDOW, 0x62, 0xf0 | map, wide | (source << 3) | 4 | prefix],
                    ...[length | broadcast | 8 | mask, opcode, modrm(1)],
                  ];
}

export function memoryInstructions(iced: Iced): readonly MemoryInstruction[] {
  const list = buildAllowList(iced);
  const found = new Map<string, MemoryInstruction>();
  for (const family of [legacy(), vex(), evex()])
    for (const bytes of family) {
      const padded = Uint8Array.from({ length: LONGEST }, (_, at) => bytes[at] ?? 0);
      const decoder = new iced.Decoder(64, padded, iced.DecoderOptions.None);
      const instruction = decoder.decode();
      list.learn(instruction.code);
      if (list.allowed[instruction.code] === 1 && isInWindow(iced, instruction)) {
        const size = iced.MemorySizeExt.size(instruction.memorySize);
        const name = nameOf(iced, instruction);
        if (size > 0 && !found.has(name))
          found.set(name, { name, size, bytes: padded.slice(0, instruction.length) });
      }
      instruction.free();
      decoder.free();
    }
  return [...found.values()];
}

/** Not where control would leave; and a bit's number that is in a register reaches beyond the operand, which the verifier refuses. */
function isInWindow({ Code, OpKind, Register }: Iced, instruction: Instruction): boolean {
  const name = Code[instruction.code];
  return (
    instruction.memoryBase === Register.EDI &&
    instruction.memoryIndex === Register.None &&
    instruction.segmentPrefix === Register.GS &&
    !/^(?:Jmp|Call)_/.test(name) &&
    !(/^Bt[src]?_/.test(name) && instruction.op1Kind === OpKind.Register)
  );
}

function nameOf({ Code, Register }: Iced, instruction: Instruction): string {
  const mask = instruction.opMask === Register.None ? '' : '-k';
  return `${Code[instruction.code]}${mask}${instruction.isBroadcast ? '-broadcast' : ''}`;
}
