/**
 * Makes control flow end where the program says: a trap in front of every `unreachable`, so that machine code never runs
 * on into whatever comes next.
 *
 * A switch whose default is unreachable needs nothing of its own: with the trap its default block is an ordinary one,
 * so code generation keeps the range check of the jump table.
 */
import type { FunctionBody, Instruction } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** A {@link import('./context.js').BodyPass}. */
export function trapBeforeUnreachable(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction, block, index) => {
    if (instruction.kind !== 'unreachable' || isTrap(block.instructions[index - 1]))
      return undefined;
    const build = new InstructionBuilder(context, instruction);
    emitTrap(build, context);
    build.push(instruction);
    return build.instructions;
  });
}

/** `call void @llvm.trap()`: one illegal instruction, which the host takes for a fault of the sandbox. */
export function emitTrap(build: InstructionBuilder, context: FunctionContext): void {
  const trap = context.module.declareFunction('@llvm.trap', 'declare void @llvm.trap()');
  build.call(trap, build.types.function(build.types.void, []), [], 'trap');
}

function isTrap(instruction: Instruction | undefined): boolean {
  return (
    instruction?.kind === 'call' &&
    instruction.callee.kind === 'global' &&
    instruction.callee.name === '@llvm.trap'
  );
}
