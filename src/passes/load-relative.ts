/**
 * `llvm.load.relative(ptr, offset)` is `ptr + sext(load i32, ptr + offset)`: LLVM makes tables of relative addresses of
 * a switch that looks up pointers, when it optimizes position-independent code.
 *
 * @see LangRef, "llvm.load.relative Intrinsic"
 */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type { Call, FunctionBody, Instruction, TypedValue } from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

export function lowerLoadRelative(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' && intrinsicName(instruction) === 'llvm.load.relative'
      ? lowerCall(instruction, context)
      : undefined,
  );
}

function lowerCall(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const [base, offset] = call.arguments;
  if (base === undefined || offset === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  const pointer: TypedValue = { type: base.type, value: base.value };
  const byte = build.types.integer(8);
  const entry = build.getelementptr(
    byte,
    pointer,
    [{ type: offset.type, value: offset.value }],
    'entry',
  );
  const relative = build.load(build.types.integer(32), entry, 'relative', 4);
  build.getelementptr(byte, pointer, [relative], 'target');
  build.nameLast(call.result);
  return build.instructions;
}
