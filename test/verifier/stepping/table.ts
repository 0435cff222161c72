/** What the programs in C are told of an image's instructions; observer.h has the same layout. */
import { WRITE } from '../../../src/verify/image/allow-list.js';
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { REFUSED } from '../../../src/verify/image/encodings.js';
import { NO_GPR } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { OPERAND } from '../../../src/verify/image/operands.js';
import type { Claims } from '../property/claims.js';
import type { Analysed, ClaimsByInstruction } from '../property/analysed.js';

const HEAD_SIZE = 7 * 8;
const INSTRUCTION_SIZE = 24;
const KIND = { plain: 0, call: 1, return: 2, trap: 3 } as const;
const ACCESS = { none: 0, stackRead: 1, stackWrite: 2, tableRead: 3 } as const;

export interface Sampling {
  /** Visits of each instruction that are compared in any case; later ones are ever more seldom. */
  readonly samples: number;
  readonly mostSteps: number;
}

/** The table of an image; the words that any of the claims are about are written down with each state. */
export function tableOf(
  { image, code, findings }: Analysed,
  claims: readonly ClaimsByInstruction[],
  { samples, mostSteps }: Sampling,
): Buffer {
  const table = Buffer.alloc(HEAD_SIZE + code.count * INSTRUCTION_SIZE);
  const { start, end } = image.readOnly;
  [code.start, code.end - code.start, start, end, code.count, samples, mostSteps].forEach(
    (value, index) => table.writeBigUInt64LE(BigInt(value), index * 8),
  );
  for (let at = 0; at < code.count; at++) {
    const place = HEAD_SIZE + at * INSTRUCTION_SIZE;
    const [low, high] = extentOf(claims.flatMap((known) => known.get(at) ?? []));
    const { encodings } = code;
    const encoding = code.encoding[at] ?? REFUSED;
    table.writeUInt32LE((code.address[at] ?? 0) - code.start, place);
    table[place + 4] = kindOf(code, at);
    table[place + 5] = findings.reached[at] ?? 0;
    table[place + 6] = accessOf(code, at);
    table[place + 7] = encodings.base[encoding] ?? 0;
    table[place + 8] = encodings.index[encoding] ?? 0;
    table[place + 9] = encodings.scale[encoding] ?? 0;
    table[place + 10] = encodings.size[encoding] ?? 0;
    table.writeInt32LE(code.displacement[at] ?? 0, place + 12);
    table.writeInt32LE(low, place + 16);
    table.writeInt32LE(high, place + 20);
  }
  return table;
}

function kindOf(code: Code, at: number): number {
  switch (kindAt(code, at)) {
    case KINDS.call:
    case KINDS.callIndirect:
      return KIND.call;
    case KINDS.return:
      return KIND.return;
    case KINDS.trap:
      return KIND.trap;
    default:
      return KIND.plain;
  }
}

function accessOf(code: Code, at: number): number {
  const { encodings } = code;
  const encoding = code.encoding[at] ?? REFUSED;
  if (encodings.operand[encoding] !== OPERAND.unproven) return ACCESS.none;
  if (encodings.index[encoding] !== NO_GPR) return ACCESS.tableRead;
  // The fence of LLVM, which writes what is there, may be about the return address.
  const isFence = encodings.kind[encoding] === KINDS.orImmediate && code.immediate[at] === 0;
  if (isFence) return ACCESS.none;
  return ((encodings.access[encoding] ?? 0) & WRITE) === 0 ? ACCESS.stackRead : ACCESS.stackWrite;
}

/** First and last word that is claimed, from the entry's stack pointer on; in realigned frames wherever it may be. */
function extentOf(claims: readonly Claims[]): readonly [low: number, high: number] {
  let [low, high] = [1, 0];
  for (const known of claims) {
    for (const { slot } of known.values) {
      if (slot === undefined) continue;
      const frame = known.frames.get(slot.base);
      const last = (frame?.from ?? 0) + slot.offset;
      const first = frame === undefined ? last : last - (frame.size - 1);
      [low, high] = low > high ? [first, last] : [Math.min(low, first), Math.max(high, last)];
    }
  }
  return [low, high];
}
