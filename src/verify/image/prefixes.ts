/**
 * R4: the bytes in front of the opcode, read without the decoder. Processors disagree about prefixes that an
 * instruction does not define, that are repeated, or that stand behind REX; so there must be none.
 */
import {
  HAS_MASK_OPERAND,
  IGNORES_LENGTH,
  IGNORES_REX_W,
  IGNORES_ROUNDING,
  IGNORES_W,
  IS_VECTOR_ENCODED,
  NEEDS_66,
  NEEDS_F2,
  NEEDS_F3,
} from './allow-list.js';

export const HAS_66 = 1;
export const HAS_67 = 2;
export const HAS_F2 = 4;
export const HAS_F3 = 8;
export const HAS_LOCK = 16;
export const HAS_GS = 32;
export const HAS_OTHER_SEGMENT = 64;
export const HAS_REX = 128;
/** A prefix stands twice, or behind REX. */
export const IS_DISORDERLY = 256;

const BYTE_CLASS = new Uint16Array(256);
BYTE_CLASS[0x66] = HAS_66;
BYTE_CLASS[0x67] = HAS_67;
BYTE_CLASS[0xf2] = HAS_F2;
BYTE_CLASS[0xf3] = HAS_F3;
BYTE_CLASS[0xf0] = HAS_LOCK;
BYTE_CLASS[0x65] = HAS_GS;
for (const segment of [0x26, 0x2e, 0x36, 0x3e, 0x64]) BYTE_CLASS[segment] = HAS_OTHER_SEGMENT;
for (let rex = 0x40; rex < 0x50; rex++) BYTE_CLASS[rex] = HAS_REX;

/** The prefixes of the instruction at `start`, which has `length` bytes, as bits. */
export function readPrefixes(bytes: Uint8Array, start: number, length: number): number {
  let seen = 0;
  for (let at = start; at < start + length; at++) {
    const found = BYTE_CLASS[bytes[at] ?? 0] ?? 0;
    if (found === 0) return seen;
    if ((seen & (found | HAS_REX)) !== 0) seen |= IS_DISORDERLY;
    seen |= found;
  }
  return seen | IS_DISORDERLY;
}

/**
 * Fillers between functions and loops, as LLVM and lld write them: `66… [2e] 0f 1f /0` with any number of 66, which no
 * processor takes for anything else.
 */
export function isLongNop(bytes: Uint8Array, start: number): boolean {
  let at = start;
  while (bytes[at] === 0x66) at++;
  if (bytes[at] === 0x2e) at++;
  return bytes[at] === 0x0f && bytes[at + 1] === 0x1f && ((bytes[at + 2] ?? 0xff) & 0x38) === 0;
}

/** What is wrong with `seen` for a code that needs `needed`; undefined when nothing is. */
export function prefixProblem(
  seen: number,
  needed: number,
  isBranch: boolean,
  hasGsOperand: boolean,
): string | undefined {
  if ((seen & IS_DISORDERLY) !== 0) return 'a prefix stands twice or behind REX';
  if ((seen & HAS_OTHER_SEGMENT) !== 0) return 'a segment prefix other than gs';
  if (((seen & HAS_66) !== 0) !== ((needed & NEEDS_66) !== 0)) return 'a 66 prefix without meaning';
  if (((seen & HAS_F2) !== 0) !== ((needed & NEEDS_F2) !== 0))
    return 'an f2 prefix without meaning';
  if (((seen & HAS_F3) !== 0) !== ((needed & NEEDS_F3) !== 0))
    return 'an f3 prefix without meaning';
  if ((needed & IS_VECTOR_ENCODED) !== 0 && (seen & (HAS_REX | HAS_LOCK)) !== 0) {
    return 'REX or lock in front of VEX or EVEX';
  }
  if (isBranch && (seen & HAS_REX) !== 0) return 'a REX prefix without meaning';
  if ((seen & (HAS_67 | HAS_GS)) !== 0 && !hasGsOperand) {
    return 'a gs or 67 prefix without a gs operand';
  }
  return undefined;
}

/** What is wrong with the bits of REX, VEX or EVEX in the instruction at `start`, of which operands may be in memory. */
export function unusedBitProblem(
  bytes: Uint8Array,
  start: number,
  needed: number,
  hasMemory: boolean,
): string | undefined {
  const unused = IGNORES_REX_W | IGNORES_W | HAS_MASK_OPERAND | IGNORES_ROUNDING | IGNORES_LENGTH;
  if ((needed & unused) === 0) return undefined;
  let at = start;
  while (BYTE_CLASS[bytes[at] ?? 0] !== 0) at++;
  const isWide = at > start && ((bytes[at - 1] ?? 0) & 0xf8) === 0x48;
  if ((needed & IGNORES_REX_W) !== 0 && isWide) return 'REX.W without meaning';
  const hasW = bytes[at] === 0x62 && ((bytes[at + 2] ?? 0) & 0x80) !== 0;
  if ((needed & IGNORES_W) !== 0 && hasW) return 'EVEX.W without meaning';
  const rounds = bytes[at] === 0x62 && ((bytes[at + 3] ?? 0) & 0x10) !== 0;
  if ((needed & IGNORES_ROUNDING) !== 0 && rounds && !hasMemory) {
    return 'EVEX.b without meaning';
  }
  const isSized = bytes[at] === 0x62 && ((bytes[at + 3] ?? 0) & 0x60) !== 0;
  if ((needed & IGNORES_LENGTH) !== 0 && isSized && (hasMemory || !rounds)) {
    return "EVEX.L'L without meaning";
  }
  const isLong = bytes[at] === 0xc4 || bytes[at] === 0x62;
  const isExtended = isLong && ((bytes[at + 1] ?? 0) & 0x60) !== 0x60;
  const isMaskRegister = (needed & HAS_MASK_OPERAND) !== 0 && !hasMemory;
  return isMaskRegister && isExtended ? 'bit X or B of VEX or EVEX without meaning' : undefined;
}
