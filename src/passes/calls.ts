/**
 * Gives calls the sandbox ABI's form: variadic arguments and objects passed `byval` go through memory of the caller,
 * which the data stack holds, and library functions that code generation would expand into plain accesses stay calls.
 *
 * @see docs/abi.md, "Code generation"
 */
import { copyCall } from '../ir/copies.js';
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type { Argument, Attribute, Call, FunctionBody, Instruction } from '../ir/model/index.js';
import { attributeName, withoutAttributes } from './attributes.js';
import { InstructionBuilder } from './builder.js';
import { byvalArguments, copyByval } from './byval.js';
import { Scratch } from './call-scratch.js';
import type { FunctionContext } from './context.js';
import { expandsInline } from './library-functions.js';
import { insertAtEntry, rewriteInstructions } from './rewrite.js';
import { needsStack } from './stack-arguments.js';
import { layOutVariadic, nestArgument, storeVariadic, variadicCount } from './variadic-calls.js';

/** A {@link import('./context.js').BodyPass}. */
export function prepareCalls(body: FunctionBody, context: FunctionContext): FunctionBody {
  const scratch = new Scratch(context);
  const rewritten = rewriteInstructions(body, (instruction) =>
    instruction.kind === 'call' ? prepareCall(instruction, scratch, context) : undefined,
  );
  return insertAtEntry(rewritten, scratch.allocas());
}

function prepareCall(
  call: Call,
  scratch: Scratch,
  context: FunctionContext,
): readonly Instruction[] | undefined {
  if (call.callee.kind === 'asm' || intrinsicName(call) !== undefined) return undefined;
  const needsMemory = byvalArguments(call).length > 0 || call.calleeType.type.variadic;
  const prepared = needsMemory ? passThroughMemory(call, scratch, context) : [call];
  const last = prepared?.at(-1);
  if (prepared === undefined || last?.kind !== 'call') return undefined;
  const kept = withoutStackTail(keepAsCall(last), context);
  return kept === call ? undefined : [...prepared.slice(0, -1), kept];
}

/**
 * A call that passes memory of its caller cannot be a tail call: the frame that holds it would be gone.
 *
 * @returns undefined when the call was refused
 */
function passThroughMemory(
  call: Call,
  scratch: Scratch,
  context: FunctionContext,
): readonly Instruction[] | undefined {
  const { variadic } = call.calleeType.type;
  const variadicArguments = call.arguments.slice(call.arguments.length - variadicCount(call));
  const usesMemory = byvalArguments(call).length > 0 || variadicArguments.length > 0;
  if (call.tail === 'musttail') {
    context.error('TBX0311', call, "a 'musttail' call cannot pass memory of its caller");
    return undefined;
  }
  const layout = layOutVariadic(variadicArguments, call, context);
  if (layout === undefined) return undefined;
  const build = new InstructionBuilder(context, call);
  scratch.startCall(call);
  const fixed = passFixed(call, variadicArguments.length, build, scratch, context);
  if (fixed === undefined) return undefined;
  const area = storeVariadic(layout, build, scratch);
  const passed: Argument[] = variadic ? [nestArgument(area), ...fixed] : [...fixed];
  const tail = usesMemory && call.tail === 'tail' ? undefined : call.tail;
  build.push(
    copyCall(call, tail, {
      arguments: passed,
      calleeType: variadic ? variadicType(call, passed, build) : call.calleeType,
      functionAttributes: usesMemory
        ? withoutMemoryEffects(call, context)
        : call.functionAttributes,
    }),
  );
  if (usesMemory && call.tail === 'tail') context.module.statistics.count('tailCallsDropped');
  if (variadicArguments.length > 0) context.module.statistics.count('variadicCalls');
  return build.instructions;
}

function variadicType(
  call: Call,
  passed: readonly Argument[],
  build: InstructionBuilder,
): Call['calleeType'] {
  const parameters = passed.map(({ type }) => type);
  return {
    type: build.types.function(call.calleeType.type.returns, parameters, true),
    explicit: true,
  };
}

/** The arguments that have parameters, `byval` ones replaced by the addresses of copies. */
function passFixed(
  call: Call,
  variadic: number,
  build: InstructionBuilder,
  scratch: Scratch,
  context: FunctionContext,
): readonly Argument[] | undefined {
  const passed: Argument[] = [];
  for (const argument of call.arguments.slice(0, call.arguments.length - variadic)) {
    const copied = copyByval(argument, call, build, scratch, context);
    if (copied === undefined) return undefined;
    passed.push(copied);
  }
  return passed;
}

/** The call reads the memory that its arguments now lie in, whatever was said of it. */
function withoutMemoryEffects(call: Call, context: FunctionContext): readonly Attribute[] {
  return withoutAttributes(call.functionAttributes, context.module.module, isMemoryEffect);
}

/** `memory(…)` and the attributes that older versions spell it with. */
export function isMemoryEffect(name: string): boolean {
  return [
    'memory',
    'readnone',
    'readonly',
    'writeonly',
    'argmemonly',
    'inaccessiblememonly',
    'inaccessiblemem_or_argmemonly',
  ].includes(name);
}

/** @see stack-arguments.ts for why */
function withoutStackTail(call: Call, context: FunctionContext): Call {
  if ((call.tail !== 'tail' && call.tail !== 'musttail') || !needsStack(call.arguments))
    return call;
  if (call.tail === 'musttail') {
    context.error('TBX0311', call, "a 'musttail' call cannot pass arguments on the stack");
  }
  context.module.statistics.count('tailCallsDropped');
  return copyCall(call, undefined, {});
}

/** `nobuiltin` at the call: the function attribute does not stop code generation. */
function keepAsCall(call: Call): Call {
  if (call.callee.kind !== 'global' || !expandsInline(call.callee.name)) return call;
  if (call.functionAttributes.some((attribute) => attributeName(attribute) === 'nobuiltin')) {
    return call;
  }
  const functionAttributes: readonly Attribute[] = [
    { kind: 'flag', name: 'nobuiltin' },
    ...call.functionAttributes,
  ];
  return copyCall(call, call.tail, { functionAttributes });
}
