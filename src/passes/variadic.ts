/**
 * The callee's side of variadic functions: `va_start` builds a `va_list` whose register save areas are used up, so that
 * the code which clang expands for `va_arg` takes every argument from the overflow area, which the caller laid out.
 *
 * @see variadic-calls.ts for the caller's side; System V ABI for x86-64, 3.5.7
 */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type {
  Argument,
  Call,
  FunctionBody,
  Instruction,
  Parameter,
  TypedValue,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** `gp_offset` and `fp_offset` of a list that has no register arguments left. */
const GP_END = 48;
const FP_END = 176;
/** Offsets in `va_list`. */
const FP_OFFSET = 4;
const OVERFLOW_ARG_AREA = 8;
const REG_SAVE_AREA = 16;
const LIST_SIZE = 24;

/** A {@link import('./context.js').BodyPass}. */
export function takeVariadicArguments(body: FunctionBody, context: FunctionContext): FunctionBody {
  let area: Parameter | undefined;
  const rewritten = rewriteInstructions(body, (instruction) => {
    if (instruction.kind !== 'call') return undefined;
    switch (intrinsicName(instruction)) {
      case 'llvm.va_start':
        if (!context.function.variadic) {
          refuseStart(instruction, context);
          return undefined;
        }
        area ??= newAreaParameter(context);
        return startList(instruction, area, context);
      case 'llvm.va_copy':
        return copyList(instruction, context);
      case 'llvm.va_end':
        return [];
      default:
        return undefined;
    }
  });
  if (area === undefined) return rewritten;
  const header = rewritten.function;
  const withArea = { ...header, parameters: [area, ...header.parameters] };
  return { function: withArea, blocks: rewritten.blocks };
}

function refuseStart(call: Call, context: FunctionContext): void {
  context.error('TBX0321', call, "'va_start' in a function that is not variadic");
}

function newAreaParameter(context: FunctionContext): Parameter {
  const { types } = context.module;
  const name = context.freshName('va');
  return { type: types.pointer(), attributes: [{ kind: 'flag', name: 'nest' }], name };
}

function startList(
  call: Call,
  area: Parameter,
  context: FunctionContext,
): readonly Instruction[] | undefined {
  const list = listArgument(call.arguments[0]);
  if (list === undefined || area.name === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  const overflow: TypedValue = { type: area.type, value: { kind: 'local', name: area.name } };
  build.store(build.integer(32, GP_END), list, 8);
  build.store(build.integer(32, FP_END), build.offset(list, FP_OFFSET, 'va.list'), 4);
  build.store(overflow, build.offset(list, OVERFLOW_ARG_AREA, 'va.list'), 8);
  build.store(build.null(), build.offset(list, REG_SAVE_AREA, 'va.list'), 8);
  return build.instructions;
}

/** Loads all of the list, then stores it: source and target may be the same. */
function copyList(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  const to = listArgument(call.arguments[0]);
  const from = listArgument(call.arguments[1]);
  if (to === undefined || from === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  const i64 = build.types.integer(64);
  const offsets = Array.from({ length: LIST_SIZE / 8 }, (_, index) => index * 8);
  const words = offsets.map((offset) =>
    build.load(i64, offset === 0 ? from : build.offset(from, offset, 'va.list'), 'va.word', 8),
  );
  for (const [index, word] of words.entries()) {
    build.store(word, index === 0 ? to : build.offset(to, index * 8, 'va.list'), 8);
  }
  return build.instructions;
}

function listArgument(argument: Argument | undefined): TypedValue | undefined {
  return argument === undefined ? undefined : { type: argument.type, value: argument.value };
}
