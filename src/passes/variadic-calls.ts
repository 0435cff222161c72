/**
 * The caller's side of variadic functions: the arguments behind the fixed ones are stored as the ABI lays out stack
 * arguments, and the address goes over in the register of `ptr nest` (r10), which a callee that is not variadic ignores.
 *
 * @see docs/abi.md, "Code generation"; System V ABI for x86-64, 3.2.3
 */
import type { Argument, Attribute, Call, Type, TypedValue } from '../ir/model/index.js';
import type { InstructionBuilder } from './builder.js';
import { byvalObject, byvalType, emitCopy } from './byval.js';
import type { Scratch } from './call-scratch.js';
import type { FunctionContext } from './context.js';

const SLOT = 8;

/** Where an argument lies in the area. */
interface Placed {
  readonly argument: Argument;
  readonly offset: number;
  readonly size: number;
  readonly alignment: number;
  /** Passed by value: the argument is the address of what the area holds. */
  readonly byval: boolean;
}

export interface VariadicLayout {
  readonly context: FunctionContext;
  readonly placed: readonly Placed[];
  readonly size: number;
  readonly alignment: number;
}

/** How many arguments of a call have no parameter. */
export function variadicCount(call: Call): number {
  const { type } = call.calleeType;
  return type.variadic ? call.arguments.length - type.parameters.length : 0;
}

/** Undefined when an argument has no place: the call was refused. */
export function layOutVariadic(
  values: readonly Argument[],
  call: Call,
  context: FunctionContext,
): VariadicLayout | undefined {
  const placed: Placed[] = [];
  let end = 0;
  let alignment = 2 * SLOT;
  for (const argument of values) {
    const needs = needsOf(argument, call, context);
    if (needs === undefined) return undefined;
    const offset = roundUp(end, needs.alignment);
    placed.push({ argument, offset, ...needs });
    end = roundUp(offset + needs.size, SLOT);
    alignment = Math.max(alignment, needs.alignment);
  }
  return { context, placed, size: end, alignment };
}

function needsOf(
  argument: Argument,
  call: Call,
  context: FunctionContext,
): Pick<Placed, 'size' | 'alignment' | 'byval'> | undefined {
  const object = byvalType(argument.attributes);
  if (object !== undefined) {
    const needs = byvalObject(argument, object, call, context);
    return needs === undefined ? undefined : { ...needs, byval: true };
  }
  const size = sizeInArea(argument.type, context);
  if (size === undefined) {
    context.error(
      'TBX0321',
      call,
      `a variadic argument of type ${argument.type.text} is not supported`,
    );
    return undefined;
  }
  return { size, alignment: Math.max(SLOT, size), byval: false };
}

/** Bytes of an argument that is passed as a value, a power of two not below 8. */
function sizeInArea(type: Type, context: FunctionContext): number | undefined {
  switch (type.kind) {
    case 'pointer':
      return SLOT;
    case 'integer':
      if (type.bits <= 64) return SLOT;
      return type.bits === 128 ? 2 * SLOT : undefined;
    case 'float':
      return type.format === 'x86_fp80' || type.format === 'fp128' ? 2 * SLOT : SLOT;
    case 'vector': {
      const size = context.module.layout.layoutOf(type)?.size;
      return size === undefined || size > 64 ? undefined : Math.max(SLOT, size);
    }
    default:
      return undefined;
  }
}

/**
 * Where the area is said to be when no argument is passed: the start-up block, which every program can read. C lets no
 * function read an argument that it was not given, but `fcntl(fd, F_GETFL)` and others do, and use it for nothing.
 *
 * @see docs/abi.md, "Windows"
 */
const STARTUP_BLOCK = 0x0ff00000;

function noArea({ types }: InstructionBuilder): TypedValue {
  return {
    type: types.pointer(),
    value: {
      kind: 'expression',
      opcode: 'inttoptr',
      flags: [],
      sourceElementType: undefined,
      operands: [
        { type: types.integer(64), value: { kind: 'integer', text: String(STARTUP_BLOCK) } },
      ],
      castType: types.pointer(),
    },
  };
}

/** @returns the area's address */
export function storeVariadic(
  { context, placed, size, alignment }: VariadicLayout,
  build: InstructionBuilder,
  scratch: Scratch,
): TypedValue {
  if (placed.length === 0) return noArea(build);
  const area = scratch.area(size, alignment);
  for (const { argument, offset, byval, ...needs } of placed) {
    const slot = offset === 0 ? area : build.offset(area, offset, 'va.slot');
    if (byval) emitCopy(slot, argument, needs, build, context);
    else build.store(widened(argument, build), slot, needs.alignment);
  }
  return area;
}

/** Programs print an `int` with `%ld`: the upper half of the slot must be what a register would hold. */
function widened(argument: Argument, build: InstructionBuilder): TypedValue {
  const { type, value } = argument;
  if (type.kind !== 'integer' || type.bits >= 64) return { type, value };
  return build.cast('zext', { type, value }, build.types.integer(64), 'va.value');
}

const NEST: Attribute = { kind: 'flag', name: 'nest' };

export function nestArgument(area: TypedValue): Argument {
  return { type: area.type, value: area.value, attributes: [NEST] };
}

function roundUp(value: number, alignment: number): number {
  return Math.ceil(value / alignment) * alignment;
}
