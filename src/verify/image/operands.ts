/** R5: the forms of memory operands. */
import { READ, WRITE } from './allow-list.js';
import type { Segment } from './elf.js';
import { KINDS } from './kinds.js';

/**
 * - `window`: `%gs:` with an address of 32 bits; always in the window.
 * - `readOnly`: RIP-relative into the read-only segment, which stands beside the code.
 * - `gate`: the gate slot.
 * - `address`: computed only (`lea`).
 * - `unproven`: through a register; the data flow has to prove it a stack slot or a jump table.
 */
export const OPERAND = {
  none: 0,
  window: 1,
  readOnly: 2,
  gate: 3,
  address: 4,
  unproven: 5,
} as const;

export type OperandForm = (typeof OPERAND)[keyof typeof OPERAND];

/** Widths of general-purpose registers, and what else may stand there. */
export type BaseForm = 'none' | 'rip' | 'eip' | '32' | '64';
export type IndexForm = 'none' | '32' | '64' | 'vector';

/** A memory operand as it is encoded. */
export interface EncodedOperand {
  readonly kind: number;
  readonly hasGs: boolean;
  readonly has67: boolean;
  readonly base: BaseForm;
  readonly index: IndexForm;
  /** For a RIP-relative operand the address. */
  readonly displacement: number;
  readonly size: number;
  readonly access: number;
  /** The instruction adds a bit offset from a register to the address (`bt %rax, m`). */
  readonly hasBitOffset: boolean;
  readonly readOnly: Segment;
}

/** The largest operand of an allowed instruction; the last page of a window, which faults, is larger. */
export const MAX_OPERAND = 64;

/** The form, or what is wrong. */
export function classifyOperand(operand: EncodedOperand): OperandForm | string {
  const { hasGs, has67, base, size } = operand;
  if (operand.kind === KINDS.loadAddress) {
    return hasGs || has67 ? 'lea with a prefix' : OPERAND.address;
  }
  if (size > MAX_OPERAND) return 'an operand of unknown size, or of more than 64 bytes';
  if (operand.hasBitOffset) return BIT_OFFSET;
  if (hasGs) return classifyWindow(operand);
  if (has67) return 'a 32-bit address without gs';
  if (base === 'rip') return classifyReadOnly(operand);
  if (base === '64' && operand.index !== 'vector') return OPERAND.unproven;
  return 'an address that is neither in the window nor on the stack';
}

/**
 * `bts %rcx, m` changes a bit of a byte up to 2^60 bytes beside `m`; that the sum is cut to 32 bits as well no manual
 * says (SDM volume 2, "BT"), though processors do it.
 */
const BIT_OFFSET = 'a bit offset in a register reaches beyond the operand';

const WIDE_ADDRESS =
  'a gs operand with a 64-bit address (the lowering `ir` makes such, and cannot be verified)';

/**
 * The processor cuts the effective address to 32 bits before it adds the base of GS, if the 67 prefix is there. Without
 * it only a displacement will do, which must then not be negative: it is sign-extended.
 */
function classifyWindow(operand: EncodedOperand): OperandForm | string {
  const { has67, base, index, displacement } = operand;
  if (has67) return OPERAND.window;
  const isPlain = base === 'none' && index === 'none' && displacement >= 0;
  return isPlain ? OPERAND.window : WIDE_ADDRESS;
}

const GATE_PAGE = 0x1000;

function classifyReadOnly(operand: EncodedOperand): OperandForm | string {
  const { displacement, size, access, readOnly, kind } = operand;
  if (kind === KINDS.jumpIndirect && displacement === readOnly.start) return OPERAND.gate;
  if ((access & WRITE) !== 0) return 'a write beside the code';
  if (!isInReadOnly(readOnly, displacement, size))
    return 'a RIP-relative operand outside the read-only segment';
  return (access & READ) !== 0 || kind === KINDS.other
    ? OPERAND.readOnly
    : 'an operand of unknown use';
}

/** Whether the read-only segment has all of an operand, behind the page of the gate. */
export function isInReadOnly(readOnly: Segment, address: number, size: number): boolean {
  return address >= readOnly.start + GATE_PAGE && address + size <= readOnly.end;
}
