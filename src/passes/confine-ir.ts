/**
 * The `ir` lowering: instructions cut each address to 32 bits, so that any code generator may follow.
 *
 *     %tbx.frozen = freeze ptr %p
 *     %tbx.low = ptrtoint ptr %tbx.frozen to i32
 *     %tbx.offset = zext i32 %tbx.low to i64
 *     %tbx.addr = inttoptr i64 %tbx.offset to ptr addrspace(256)
 *
 * `freeze`, because a poison address may become any 64-bit register otherwise. Instructions even for constants, never a
 * constant expression: that would be folded into a RIP-relative operand, to which the GS base is added as well.
 */
import type { StackFacts } from '../analysis/stack-slots.js';
import { isNativeAddress } from '../analysis/stack-slots.js';
import type { Block, FunctionBody, Instruction, TypedValue } from '../ir/model/index.js';
import { accessesOf } from './accesses.js';
import { InstructionBuilder } from './builder.js';
import { withAccessPointers } from './access-pointers.js';
import type { FunctionContext } from './context.js';
import { WINDOW } from './window.js';

export function confineIr(
  body: FunctionBody,
  stack: StackFacts,
  context: FunctionContext,
): FunctionBody {
  const blocks = body.blocks.map((block) => confineBlock(block, stack, context));
  return { ...body, blocks };
}

/** An address that a block uses again is cut once: both registers would live side by side otherwise. */
function confineBlock(block: Block, stack: StackFacts, context: FunctionContext): Block {
  const known = new Map<string, TypedValue>();
  const instructions: Instruction[] = [];
  for (const instruction of block.instructions) {
    if (accessesOf(instruction).length === 0) {
      instructions.push(instruction);
      continue;
    }
    const build = new InstructionBuilder(context, instruction);
    const confined = withAccessPointers(
      instruction,
      (pointer) => {
        if (isNativeAddress(stack, pointer.value)) return pointer;
        const key = pointer.value.kind === 'local' ? pointer.value.name : undefined;
        const address = (key === undefined ? undefined : known.get(key)) ?? cut(build, pointer);
        if (key !== undefined) known.set(key, address);
        return address;
      },
      context,
    );
    instructions.push(...build.instructions, confined);
  }
  return { ...block, instructions };
}

function cut(build: InstructionBuilder, pointer: TypedValue): TypedValue {
  const { types } = build;
  const frozen = build.freeze(pointer, 'frozen');
  const low = build.cast('ptrtoint', frozen, types.integer(32), 'low');
  const offset = build.cast('zext', low, types.integer(64), 'offset');
  return build.cast('inttoptr', offset, types.pointer(WINDOW), 'addr');
}
