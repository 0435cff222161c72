/** Allowed instructions, some of every code, end to end. */
import { buildAllowList } from '../../../src/verify/image/allow-list.js';
import { ALLOWED } from '../../../src/verify/image/allow/index.js';
import { kindAt } from '../../../src/verify/image/code.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { Random } from '../../support/random.js';
import { candidate } from './candidates.js';
import { decode } from './compare.js';

/** How many codes the list has. */
export const ALLOWED_CODES = ALLOWED.reduce(
  (sum, { codes }) => sum + codes.trim().split(/\s+/).length,
  0,
);

export interface Sample {
  readonly bytes: Uint8Array;
  /** How many codes occur. */
  readonly codes: number;
}

/** Rolls `rolls` candidates, and keeps up to `each` accepted ones of a code. */
export function rollSample(iced: Iced, seed: number, rolls: number, each: number): Sample {
  const random = new Random(seed);
  const list = buildAllowList(iced);
  const counts = new Map<number, number>();
  const kept: Uint8Array[] = [];
  const instruction = new iced.Instruction();
  for (let roll = 0; roll < rolls; roll++) {
    const bytes = candidate(random);
    const decoder = new iced.Decoder(64, bytes, iced.DecoderOptions.None);
    decoder.decodeOut(instruction);
    decoder.free();
    const number = instruction.code;
    if (number === iced.Code.INVALID || (counts.get(number) ?? 0) >= each) continue;
    list.learn(number);
    if (list.allowed[number] !== 1) continue;
    const own = bytes.slice(0, instruction.length);
    // Without the checks of encodings and operands there would be much that LLVM need not understand.
    const code = decode(iced, own);
    if (code.count !== 1 || kindAt(code, 0) === KINDS.refused) continue;
    counts.set(number, (counts.get(number) ?? 0) + 1);
    kept.push(own);
  }
  instruction.free();
  return { bytes: Buffer.concat(kept), codes: counts.size };
}
