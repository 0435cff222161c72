/** What conditional branches say of the value that was compared. */
import type { Code } from './code.js';

export interface Condition {
  /** Bound of the compared value on the path taken, and on the other; Infinity when there is none. */
  taken(constant: number): number;
  notTaken(constant: number): number;
}

const none = (): number => Infinity;
const same = (constant: number): number => constant;
/** Below 0 there is nothing; such a path is never taken, and any bound is true on it. */
const below = (constant: number): number => Math.max(0, constant - 1);

/** Unsigned conditions by the low four bits of the opcode (SDM volume 2, "Condition Test Field"). */
const CONDITIONS: Readonly<Record<number, Condition>> = {
  2: { taken: below, notTaken: none },
  3: { taken: none, notTaken: below },
  4: { taken: same, notTaken: none },
  5: { taken: none, notTaken: same },
  6: { taken: same, notTaken: none },
  7: { taken: none, notTaken: same },
};

/** The condition of a `jcc`, which has no prefixes: `7x` or `0f 8x`. */
export function conditionOf(bytes: Uint8Array, code: Code, at: number): Condition | undefined {
  const offset = (code.address[at] ?? 0) - code.start;
  const first = bytes[offset] ?? 0;
  const opcode = first === 0x0f ? (bytes[offset + 1] ?? 0) : first;
  return CONDITIONS[opcode & 15];
}
