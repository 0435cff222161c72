/** R5 to R7 for operands on the native stack: which of them are in the frame or among the arguments. */
import { GPR } from './iced.js';
import type { State } from './state.js';
import type { AlignedFrames } from './values.js';
import type { Rule } from './rules.js';

/** Frames may be this large: the guard below the native stack is larger (runtime/host/native_stack.c). */
export const FRAME_LIMIT = 16 * 1024;
/** Bytes below the stack pointer that may be used without moving it (System V ABI). */
const RED_ZONE = 128;
/** The return address has these bytes at the entry's stack pointer; arguments follow. */
const RETURN_ADDRESS = 8;
/** The loader keeps a page of zeros above the first frame. */
export const ARGUMENT_LIMIT = 2048;

/** An operand that was accepted. */
export interface StackAccess {
  readonly kind: 'frame' | 'arguments';
  /** End of the part of the argument area that is used, from its start. */
  readonly argumentsEnd: number;
}

export interface StackProblem {
  readonly kind: 'problem';
  readonly rule: Rule;
  readonly message: string;
}

const FRAME: StackAccess = { kind: 'frame', argumentsEnd: 0 };

function problem(rule: Rule, message: string): StackProblem {
  return { kind: 'problem', rule, message };
}

/** Whether `size` bytes at `offset` from the stack address `base` may be accessed. */
export function checkStackAccess(
  state: State,
  frames: AlignedFrames,
  base: number,
  offset: number,
  size: number,
): StackAccess | StackProblem {
  const lowest = frames.lowest(base, offset);
  const end = frames.highest(base, offset) + size;
  const pointer = state.highestPointer();
  if (Number.isNaN(pointer)) return problem('TBV0006', 'the stack pointer is lost');
  const isNear =
    base === state.kind(GPR.rsp)
      ? offset >= state.payload(GPR.rsp) - RED_ZONE
      : lowest >= pointer - RED_ZONE;
  if (!isNear || lowest < -FRAME_LIMIT - RED_ZONE) {
    return problem('TBV0005', `${-lowest} bytes below the frame's start, below the red zone`);
  }
  if (end <= 0) return FRAME;
  if (lowest < RETURN_ADDRESS) {
    return problem('TBV0007', 'this reaches the return address');
  }
  const argumentsEnd = end - RETURN_ADDRESS;
  if (argumentsEnd > ARGUMENT_LIMIT) {
    return problem('TBV0011', `the argument area has no byte ${argumentsEnd - 1}`);
  }
  return { kind: 'arguments', argumentsEnd };
}
