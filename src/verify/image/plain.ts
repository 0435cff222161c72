/**
 * Instructions that do the same whatever the state says: the registers that they write are not known behind them, nor
 * what the flags compare. They are most of all, and the analysis passes over them without looking at the state.
 */
import { GPR, NO_GPR } from './iced.js';
import { KINDS } from './kinds.js';
import { OPERAND } from './operands.js';

/** In which states an encoding is plain; the larger, the more. */
export const PLAIN = {
  never: 0,
  /** In coarse states, which have no numbers and no bounds, and keep copies in rbp and on the stack only. */
  coarse: 1,
  always: 2,
} as const;

/** What is asked of an encoding. */
export interface PlainFacts {
  readonly kind: number;
  /** An `OPERAND` number. */
  readonly operand: number;
  /** Registers that are written, by bits. */
  readonly writes: number;
  /** The first operand, if that is a register, and its width. */
  readonly register0: number;
  readonly bits0: number;
  /** An address beside the code is read or computed. */
  readonly isRip: boolean;
}

/** A `PLAIN` number. What transfer.ts does with a kind decides; that goes without the state where it says so here. */
export function plainOf({ kind, operand, writes, register0, bits0, isRip }: PlainFacts): number {
  const movesStack = (writes & (1 << GPR.rsp)) !== 0;
  if (movesStack || operand === OPERAND.unproven) return PLAIN.never;
  // rbp is mostly the frame's address. The address of a call table has to be known in all states.
  const writesFrame = (writes & (1 << GPR.rbp)) !== 0;
  if (kind === KINDS.loadAddress && !isRip && !writesFrame) return PLAIN.coarse;
  return operand === OPERAND.none
    ? plainOfRegisters(kind, bits0, writesFrame)
    : plainOfMemory(kind, register0 !== NO_GPR);
}

/** Without a memory operand. */
function plainOfRegisters(kind: number, bits: number, writesFrame: boolean): number {
  switch (kind) {
    case KINDS.nop:
    case KINDS.other:
    case KINDS.upperHalfKept:
    case KINDS.orImmediate:
    case KINDS.signExtend32:
      return PLAIN.always;
    case KINDS.compareImmediate:
    case KINDS.shiftRightImmediate:
    case KINDS.move:
    case KINDS.xor:
    case KINDS.zeroExtend8:
    case KINDS.zeroExtend16:
      return writesFrame ? PLAIN.never : PLAIN.coarse;
    case KINDS.subtractImmediate:
      return bits === 64 ? PLAIN.never : PLAIN.coarse;
    default:
      return PLAIN.never;
  }
}

/** With an operand in the window or beside the code, which no state knows. */
function plainOfMemory(kind: number, hasRegister: boolean): number {
  switch (kind) {
    case KINDS.nop:
    case KINDS.other:
    case KINDS.upperHalfKept:
    case KINDS.orImmediate:
    case KINDS.signExtend32:
    case KINDS.move:
    case KINDS.moveImmediate:
    case KINDS.add:
    case KINDS.addImmediate:
    case KINDS.subtractImmediate:
    case KINDS.andImmediate:
    case KINDS.shiftRightImmediate:
    case KINDS.xor:
    case KINDS.compareImmediate:
      return PLAIN.always;
    case KINDS.zeroExtend8:
    case KINDS.zeroExtend16:
      return PLAIN.coarse;
    case KINDS.and:
      return hasRegister ? PLAIN.never : PLAIN.always;
    default:
      return PLAIN.never;
  }
}
