/** Gives an access other pointers, and an intrinsic the name that goes with their address spaces. */
import { copyCall, copyLoad, copyStore } from '../ir/copies.js';
import type { Argument, Call, Instruction, TypedValue } from '../ir/model/index.js';
import { accessedArguments } from './accesses.js';
import type { FunctionContext } from './context.js';

/** @returns a copy of an access with `map(pointer)` for each pointer that it accesses memory through */
export function withAccessPointers(
  instruction: Instruction,
  map: (pointer: TypedValue) => TypedValue,
  context: FunctionContext,
): Instruction {
  switch (instruction.kind) {
    case 'load': {
      const pointer = map(instruction.pointer);
      if (pointer === instruction.pointer) return instruction;
      return copyLoad(instruction, instruction.type, pointer);
    }
    case 'store': {
      const pointer = map(instruction.pointer);
      if (pointer === instruction.pointer) return instruction;
      return copyStore(instruction, instruction.value, pointer);
    }
    case 'cmpxchg':
    case 'atomicrmw': {
      const pointer = map(instruction.pointer);
      if (pointer === instruction.pointer) return instruction;
      return { ...instruction, pointer, verbatim: false };
    }
    case 'call':
      return withCallPointers(instruction, map, context);
    default:
      return instruction;
  }
}

function withCallPointers(
  call: Call,
  map: (pointer: TypedValue) => TypedValue,
  context: FunctionContext,
): Call {
  const accessed = accessedArguments(call);
  if (accessed.length === 0) return call;
  const values = call.arguments.map((argument, position): Argument => {
    if (!accessed.includes(position)) return argument;
    const { type, value } = map(argument);
    return { type, attributes: argument.attributes, value };
  });
  if (values.every(({ type }, position) => type === call.arguments[position]?.type)) return call;
  return retypeIntrinsic(call, values, context);
}

/** The same intrinsic with arguments of other types: another name, another declaration. */
export function retypeIntrinsic(
  call: Call,
  values: readonly Argument[],
  context: FunctionContext,
): Call {
  const { types } = context.module;
  const parameters = values.map(({ type }) => type);
  const type = types.function(call.calleeType.type.returns, parameters, false);
  const name = retypedName(call, values);
  const list = parameters.map(({ text }) => text).join(', ');
  const declaration = `declare ${type.returns.text} ${name}(${list})`;
  return copyCall(call, call.tail, {
    callee: context.module.declareFunction(name, declaration),
    calleeType: { type, explicit: false },
    arguments: values,
  });
}

/** Replaces the `p0` suffixes, which stand in the order of the pointer arguments. */
function retypedName(call: Call, values: readonly Argument[]): string {
  const name = call.callee.kind === 'global' ? call.callee.name : '';
  const pointers = values.flatMap(({ type }) =>
    type.kind === 'pointer' ? [type.addressSpace] : [],
  );
  let next = 0;
  return name.replace(/\.p0(?=\.|$)/g, () => `.p${pointers[next++] ?? 0}`);
}
