/** Allocas of variable size, or outside the entry block: they take memory from the data stack when they run. */
import type { Alloca, Instruction, TypedValue } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { DATA_STACK_ALIGNMENT, dataStackPointer } from './data-stack.js';

/**
 * The pointer moves down by the size, rounded up so that it stays aligned. A size that wraps around gives an address
 * anywhere in the window, as it would with native code in the process.
 */
export function moveDynamicAlloca(
  alloca: Alloca,
  context: FunctionContext,
): readonly Instruction[] {
  const layout = context.module.layout.layoutOf(alloca.allocatedType);
  const build = new InstructionBuilder(context, alloca);
  const variable = dataStackPointer(context.module);
  const count = alloca.count ?? build.integer(64, 1);
  const size = build.binary('mul', extend(build, count), integerText(layout?.size ?? 0), 'bytes');
  const top = build.load(build.types.ptr, variable, 'top', 8);
  const distance = build.binary('sub', build.integer(64, 0), size.value, 'down');
  const below = build.getelementptr(build.types.integer(8), top, [distance], 'below');
  const alignment = Math.max(alloca.alignment ?? 1, layout?.alignment ?? 1, DATA_STACK_ALIGNMENT);
  build.alignDown(below, alignment, 'aligned');
  build.nameLast(alloca.result);
  const pointer: TypedValue = {
    type: build.types.ptr,
    value: { kind: 'local', name: alloca.result ?? '' },
  };
  build.store(pointer, variable, 8);
  return build.instructions;
}

/** Counts are unsigned. */
function extend(build: InstructionBuilder, count: TypedValue): TypedValue {
  const { type } = count;
  if (type.kind !== 'integer' || type.bits === 64) return count;
  const opcode = type.bits < 64 ? 'zext' : 'trunc';
  return build.cast(opcode, count, build.types.integer(64), 'count');
}

function integerText(value: number): { readonly kind: 'integer'; readonly text: string } {
  return { kind: 'integer', text: String(value) };
}
