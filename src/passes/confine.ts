/**
 * Confines every memory access to the window: the last body pass.
 *
 * What is left on the native stack is proven safe by then; any other access goes through `ptr addrspace(256)`, which is
 * the GS segment, and so cannot leave the window once its address is cut to 32 bits. How it is cut is the lowering:
 * {@link confineAddr32} leaves it to the address registers that the assembler step writes, {@link confineIr} emits
 * instructions.
 */
import type { StackFacts } from '../analysis/stack-slots.js';
import { analyzeStack, isNativeAddress } from '../analysis/stack-slots.js';
import { InternalError } from '../text/internal-error.js';
import type { FunctionBody, Instruction, Type } from '../ir/model/index.js';
import type { Access } from './accesses.js';
import { accessesOf, mayAccess } from './accesses.js';
import { confineAddr32 } from './confine-addr32.js';
import { confineIr } from './confine-ir.js';
import type { FunctionContext } from './context.js';
import { pinNativeLoads } from './native-loads.js';

export function confine(body: FunctionBody, context: FunctionContext): FunctionBody {
  const stack = analyzeStack(body, context.module.module, context.module.layout);
  for (const { unsafe, alloca } of stack.slots.values()) {
    if (unsafe === undefined) continue;
    throw new InternalError(`${alloca.result ?? 'an alloca'} was not moved: ${unsafe}`);
  }
  if (!checkAccesses(body, stack, context)) return body;
  const pinned = pinNativeLoads(body, stack);
  return context.module.options.lowering === 'addr32'
    ? confineAddr32(pinned, stack, context)
    : confineIr(pinned, stack, context);
}

/** Counts the accesses and refuses those that have no confined form. */
function checkAccesses(body: FunctionBody, stack: StackFacts, context: FunctionContext): boolean {
  let accepted = true;
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (!mayAccess(instruction)) continue;
      for (const access of accessesOf(instruction)) {
        accepted = checkAccess(instruction, access, stack, context) && accepted;
      }
    }
  }
  return accepted;
}

function checkAccess(
  instruction: Instruction,
  { pointer, kind, type }: Access,
  stack: StackFacts,
  context: FunctionContext,
): boolean {
  if (pointer.type.kind !== 'pointer' || pointer.type.addressSpace !== 0) {
    const message = `access through '${pointer.type.text}': only address space 0 is confined`;
    context.error('TBX0201', instruction, message);
    return false;
  }
  if (type !== undefined && !isConfinable(type)) {
    context.error('TBX0202', instruction, `access of a value of type '${type.text}'`);
    return false;
  }
  if (isNativeAddress(stack, pointer.value)) context.module.statistics.safe(kind);
  else context.module.statistics.confined(kind);
  return true;
}

/** Code generation reads and writes these with instructions that no segment confines, or in parts of unknown size. */
function isConfinable(type: Type): boolean {
  switch (type.kind) {
    case 'vector':
      return !type.scalable;
    case 'x86_amx':
    case 'target':
      return false;
    default:
      return true;
  }
}
