/** The instructions of an image, in arrays: it has hundreds of thousands of them. */
import { type Encodings, REFUSED } from './encodings.js';
import { grown } from './grown.js';
import { KINDS } from './kinds.js';
import { InstructionStarts } from './starts.js';

/** What is kept of each instruction, indexed by its number. */
export interface Code {
  readonly count: number;
  /** Address of the first byte. */
  readonly start: number;
  /** Just behind the last byte. */
  readonly end: number;
  readonly address: Int32Array;
  /** What it is, but for the following two: a number in `encodings`. */
  readonly encoding: Int32Array;
  /** Displacement; for RIP-relative operands and direct branches the address. */
  readonly displacement: Int32Array;
  /** The last immediate, sign-extended and cut to 32 bits. */
  readonly immediate: Int32Array;
  /** By the distance from `start`. */
  readonly starts: InstructionStarts;
  readonly encodings: Encodings;
}

/** The same while it is filled. */
export type CodeArrays = { -readonly [Field in keyof Code]: Code[Field] };

/** Bytes of code an instruction has on average are four and more; images with less make the arrays grow. */
const EXPECTED_SIZE = 3;

/** Arrays for so many bytes of code at `start`. */
export function allocateCode(bytes: number, start: number, encodings: Encodings): CodeArrays {
  const room = Math.ceil(bytes / EXPECTED_SIZE) + 1;
  return {
    count: 0,
    start,
    end: start + bytes,
    address: new Int32Array(room),
    encoding: new Int32Array(room),
    displacement: new Int32Array(room),
    immediate: new Int32Array(room),
    starts: new InstructionStarts(bytes),
    encodings,
  };
}

/** Makes room for twice as many instructions. */
export function growCode(code: CodeArrays): void {
  code.address = grown(code.address, Int32Array);
  code.encoding = grown(code.encoding, Int32Array);
  code.displacement = grown(code.displacement, Int32Array);
  code.immediate = grown(code.immediate, Int32Array);
}

/** The `KINDS` number of an instruction. */
export function kindAt(code: Code, at: number): number {
  return code.encodings.kind[code.encoding[at] ?? REFUSED] ?? KINDS.refused;
}
