/**
 * Replaces the intrinsics that ask for a place which a sandbox does not have, and drops those that only advise.
 *
 * Whatever takes the place of a result keeps its name, so that unnamed values keep their numbers.
 *
 * @see intrinsics-table.ts for what is done with each intrinsic
 */
import type { Argument, Call, FunctionBody, Instruction } from '../ir/model/index.js';
import { rawName } from '../ir/names.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { findIntrinsic, isIntrinsicName } from './intrinsics-table.js';
import { type Replacement, rewriteInstructions } from './rewrite.js';

/** A function of gate.s: what follows a trap in its own place would be reached by nothing that the verifier can see. */
const DEBUG_TRAP = '@__tbx_debugtrap';

/** A {@link import('./context.js').BodyPass}. */
export function rewriteIntrinsics(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' ? rewriteIntrinsic(instruction, context) : undefined,
  );
}

function rewriteIntrinsic(call: Call, context: FunctionContext): Replacement {
  const base = intrinsicBase(call);
  switch (base) {
    case 'llvm.assume':
    case 'llvm.prefetch':
      return [];
    case 'llvm.debugtrap':
    case 'llvm.ubsantrap': {
      const build = new InstructionBuilder(context, call);
      const trap = context.module.declareFunction(DEBUG_TRAP, `declare void ${DEBUG_TRAP}()`);
      build.call(trap, build.types.function(build.types.void, []), [], 'trap');
      return build.instructions;
    }
    // Thread-local variables are ordinary ones: one thread at a time is inside a sandbox.
    case 'llvm.threadlocal.address':
      return sameAddress(call, call.arguments[0], context);
    case 'llvm.frameaddress':
    case 'llvm.returnaddress':
      return sameAddress(call, undefined, context);
    default:
      return undefined;
  }
}

/** The name in the intrinsics table that a call is for; undefined for calls of other functions. */
export function intrinsicBase(call: Call): string | undefined {
  if (call.callee.kind !== 'global' || !isIntrinsicName(call.callee.name)) return undefined;
  return findIntrinsic(rawName(call.callee.name))?.base;
}

/** An instruction of the same name that has the value of `pointer`, or is null. */
function sameAddress(
  call: Call,
  pointer: Argument | undefined,
  context: FunctionContext,
): readonly Instruction[] {
  const { types } = context.module;
  const build = new InstructionBuilder(context, call);
  return [
    {
      kind: 'getelementptr',
      result: call.result,
      attachments: context.debugLocation(call),
      start: call.start,
      end: call.end,
      verbatim: false,
      flags: [],
      sourceElementType: types.integer(8),
      pointer: pointer === undefined ? build.null() : { type: pointer.type, value: pointer.value },
      indices: [build.integer(64, 0)],
    },
  ];
}
