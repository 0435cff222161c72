/**
 * `llvm.memcpy`, `llvm.memmove` and `llvm.memset`: expanded in place when they are short, else calls of the image's own
 * routines.
 *
 * Code generation expands only the `.inline` forms through a segment, and makes a call of every other one that it does
 * not expand; such a call would get window pointers where it takes ordinary ones. The limits are those up to which
 * LLVM expands them natively for x86-64.
 */
import { copyCall } from '../ir/copies.js';
import { constantLength } from '../analysis/layout.js';
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type {
  Argument,
  Call,
  FunctionBody,
  Instruction,
  Type,
  TypedValue,
} from '../ir/model/index.js';
import { InstructionBuilder } from './builder.js';
import type { FunctionContext } from './context.js';
import { rewriteInstructions } from './rewrite.js';

/** Bytes. */
const MAXIMUM_INLINE_COPY = 128;
const MAXIMUM_INLINE_SET = 256;

const NO_BUILTIN = { kind: 'flag', name: 'nobuiltin' } as const;

export function lowerMemoryIntrinsics(body: FunctionBody, context: FunctionContext): FunctionBody {
  return rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' ? lowerCall(instruction, context) : undefined,
  );
}

function lowerCall(call: Call, context: FunctionContext): readonly Instruction[] | undefined {
  switch (intrinsicName(call)) {
    case 'llvm.memcpy':
      return lowerCopy(call, context);
    case 'llvm.memmove':
      return lowerMove(call, context);
    case 'llvm.memset':
      return lowerSet(call, context);
    case 'llvm.memcpy.inline':
    case 'llvm.memset.inline':
      return constantLength(call.arguments[2]) === 0 ? [] : undefined;
    case undefined:
    default:
      return undefined;
  }
}

function lowerCopy(call: Call, context: FunctionContext): readonly Instruction[] {
  const length = constantLength(call.arguments[2]);
  if (length === undefined || length > MAXIMUM_INLINE_COPY) {
    return callRoutine(call, 'memcpy', context);
  }
  return length === 0 ? [] : [inlineForm(call, context)];
}

function lowerSet(call: Call, context: FunctionContext): readonly Instruction[] {
  const length = constantLength(call.arguments[2]);
  if (length === undefined || length > MAXIMUM_INLINE_SET) {
    return callRoutine(call, 'memset', context);
  }
  return length === 0 ? [] : [inlineForm(call, context)];
}

/** The `.inline` form takes the same arguments. */
function inlineForm(call: Call, context: FunctionContext): Instruction {
  const name = call.callee.kind === 'global' ? call.callee.name : '';
  const inline = name.replace(/^@llvm\.(memcpy|memset)\./, '@llvm.$1.inline.');
  const parameters = call.calleeType.type.parameters.map(({ text }) => text).join(', ');
  const callee = context.module.declareFunction(inline, `declare void ${inline}(${parameters})`);
  return copyCall(call, call.tail, { callee });
}

/** `i64 @memcpy(…)`: every routine returns its first argument, which nobody reads here. */
function callRoutine(
  call: Call,
  routine: 'memcpy' | 'memmove' | 'memset',
  context: FunctionContext,
): readonly Instruction[] {
  const build = new InstructionBuilder(context, call);
  const [target, second, length] = call.arguments;
  if (target === undefined || second === undefined || length === undefined) return [call];
  const { types } = build;
  const middle = routine === 'memset' ? types.integer(32) : types.ptr;
  const values = [
    plain(target),
    extend(build, plain(second), middle),
    extend(build, plain(length), types.integer(64)),
  ];
  const type = types.function(types.ptr, [types.ptr, middle, types.integer(64)], false);
  const declaration = `declare dso_local ptr @${routine}(ptr, ${middle.text}, i64)`;
  const callee = context.module.declareFunction(`@${routine}`, declaration);
  const tail = call.tail === 'musttail' ? undefined : call.tail;
  build.call(callee, type, values, 'mem', { tail, functionAttributes: [NO_BUILTIN] });
  context.module.statistics.count('memoryCalls');
  return build.instructions;
}

function plain({ type, value }: Argument): TypedValue {
  return { type, value };
}

function extend(build: InstructionBuilder, value: TypedValue, type: Type): TypedValue {
  return value.type === type || value.type.kind !== 'integer'
    ? value
    : build.cast('zext', value, type, 'wide');
}

/** Everything is read before anything is written, so that the areas may overlap. */
function lowerMove(call: Call, context: FunctionContext): readonly Instruction[] {
  const length = constantLength(call.arguments[2]);
  const [target, source, , isVolatile] = call.arguments;
  const plainAccess = isVolatile?.value.kind === 'integer' && isVolatile.value.text === 'false';
  const inline = length !== undefined && length <= MAXIMUM_INLINE_COPY && plainAccess;
  if (!inline || target === undefined || source === undefined) {
    return callRoutine(call, 'memmove', context);
  }
  const build = new InstructionBuilder(context, call);
  const parts = partsOf(length).map(({ offset, bytes }) => {
    const type = partType(build, bytes);
    const address = offset === 0 ? plain(source) : build.offset(plain(source), offset, 'part');
    return { offset, value: build.load(type, address, 'moved', 1) };
  });
  for (const { offset, value } of parts) {
    const address = offset === 0 ? plain(target) : build.offset(plain(target), offset, 'part');
    build.store(value, address, 1);
  }
  return build.instructions;
}

interface Part {
  readonly offset: number;
  readonly bytes: number;
}

/** The widest accesses that fit; the last one may cover bytes of the one before. */
function partsOf(length: number): Part[] {
  const bytes = [16, 8, 4, 2, 1].find((width) => width <= length) ?? 1;
  const parts: Part[] = [];
  let offset = 0;
  for (; offset + bytes <= length; offset += bytes) parts.push({ offset, bytes });
  if (offset === length) return parts;
  const rest = [1, 2, 4, 8, 16].find((width) => width >= length - offset) ?? bytes;
  parts.push({ offset: length - rest, bytes: rest });
  return parts;
}

function partType(build: InstructionBuilder, bytes: number): Type {
  const { types } = build;
  return bytes === 16 ? types.vector(16, types.integer(8)) : types.integer(8 * bytes);
}
