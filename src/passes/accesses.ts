/** The memory accesses of an instruction, as the confining passes see them. */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type { Call, Instruction, Type, TypedValue } from '../ir/model/index.js';
import type { AccessKind } from './statistics.js';

export interface Access {
  readonly kind: AccessKind;
  readonly pointer: TypedValue;
  /** Type of the value that is read or written; undefined for plain bytes. */
  readonly type: Type | undefined;
}

const NONE: readonly Access[] = [];

/** False where {@link accessesOf} has nothing to list, as for most instructions. */
export function mayAccess({ kind }: Instruction): boolean {
  return (
    kind === 'load' ||
    kind === 'store' ||
    kind === 'call' ||
    kind === 'cmpxchg' ||
    kind === 'atomicrmw'
  );
}

export function accessesOf(instruction: Instruction): readonly Access[] {
  switch (instruction.kind) {
    case 'load':
      return [{ kind: 'load', pointer: instruction.pointer, type: instruction.type }];
    case 'store':
      return [{ kind: 'store', pointer: instruction.pointer, type: instruction.value.type }];
    case 'atomicrmw':
      return [{ kind: 'atomicrmw', pointer: instruction.pointer, type: instruction.value.type }];
    case 'cmpxchg':
      return [{ kind: 'cmpxchg', pointer: instruction.pointer, type: instruction.expected.type }];
    case 'call':
      return callAccesses(instruction);
    default:
      return NONE;
  }
}

/**
 * Which arguments of an intrinsic are addresses that code generation accesses in place, through the segment of their
 * address space.
 */
const ACCESSED_ARGUMENTS: ReadonlyMap<string, readonly number[]> = new Map([
  ['llvm.memcpy.inline', [0, 1]],
  ['llvm.memset.inline', [0]],
  ['llvm.masked.load', [0]],
  ['llvm.masked.store', [1]],
  ['llvm.masked.expandload', [0]],
  ['llvm.masked.compressstore', [1]],
]);

const NO_POSITIONS: readonly number[] = [];

/** Positions of the arguments of a call that are confined like the pointer of a load; none for most calls. */
export function accessedArguments(call: Call): readonly number[] {
  const name = intrinsicName(call);
  return name === undefined ? NO_POSITIONS : (ACCESSED_ARGUMENTS.get(name) ?? NO_POSITIONS);
}

function callAccesses(call: Call): readonly Access[] {
  const positions = accessedArguments(call);
  if (positions.length === 0) return NONE;
  return positions.flatMap((position) => {
    const pointer = call.arguments[position];
    return pointer === undefined ? [] : [{ kind: 'intrinsic', pointer, type: undefined } as const];
  });
}
