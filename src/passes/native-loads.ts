/**
 * Keeps code generation from choosing between two addresses of the native stack.
 *
 * It turns `select c, (load a), (load b)` into `load (select c, a, b)`, in address space 0 only: the address of a safe
 * slot is in a register then, which no verifier follows. It leaves volatile loads alone, so the loads of safe slots are
 * volatile wherever there is a `select` that their values could reach.
 */
import { copyLoad } from '../ir/copies.js';
import type { StackFacts } from '../analysis/stack-slots.js';
import { isNativeAddress } from '../analysis/stack-slots.js';
import type { FunctionBody } from '../ir/model/index.js';
import { rewriteInstructions } from './rewrite.js';

export function pinNativeLoads(body: FunctionBody, stack: StackFacts): FunctionBody {
  if (stack.slots.size === 0 || !hasSelect(body)) return body;
  return rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'load' || instruction.volatile) return undefined;
    if (!isNativeAddress(stack, instruction.pointer.value)) return undefined;
    return [copyLoad(instruction, instruction.type, instruction.pointer, true)];
  });
}

function hasSelect({ blocks }: FunctionBody): boolean {
  return blocks.some(({ instructions }) => instructions.some(({ kind }) => kind === 'select'));
}
