/**
 * `byval` arguments: code generation copies them to the native stack with plain accesses, so the caller copies them to
 * its own memory and passes the copy's address as an ordinary pointer.
 *
 * The attribute goes from definitions, declarations and calls alike: code generation looks at the callee's too.
 */
import type { Argument, Attribute, Call, FunctionEntity, Type } from '../ir/model/index.js';
import type { InstructionBuilder } from './builder.js';
import type { Scratch } from './call-scratch.js';
import type { FunctionContext } from './context.js';

/** The type of the object that an argument or parameter passes by value; undefined for an ordinary one. */
export function byvalType(attributes: readonly Attribute[]): Type | undefined {
  for (const attribute of attributes) {
    if (attribute.kind === 'type' && attribute.name === 'byval') return attribute.type;
  }
  return undefined;
}

/** The arguments of a call that are passed by value. */
export function byvalArguments(call: Call): readonly Argument[] {
  return call.arguments.filter(({ attributes }) => byvalType(attributes) !== undefined);
}

/** What would no longer be true of the copy's address, or is `byval` itself. */
const STRIPPED: ReadonlySet<string> = new Set(['byval', 'readnone', 'dead_on_return']);

export function withoutByval(attributes: readonly Attribute[]): readonly Attribute[] {
  return attributes.filter(
    (attribute) =>
      attribute.kind === 'string' || attribute.kind === 'group' || !STRIPPED.has(attribute.name),
  );
}

/** A {@link import('./pipeline.js').HeaderPass}. */
export function stripByval(header: FunctionEntity): FunctionEntity {
  if (!header.parameters.some(({ attributes }) => byvalType(attributes) !== undefined)) {
    return header;
  }
  const parameters = header.parameters.map((parameter) =>
    byvalType(parameter.attributes) === undefined
      ? parameter
      : { ...parameter, attributes: withoutByval(parameter.attributes) },
  );
  return { ...header, parameters };
}

/** What an object takes in memory, and its address. */
export interface ByvalObject {
  readonly size: number;
  readonly alignment: number;
}

/** Undefined when the object's size is unknown: the call was refused. */
export function byvalObject(
  argument: Argument,
  type: Type,
  call: Call,
  context: FunctionContext,
): ByvalObject | undefined {
  const layout = context.module.layout.layoutOf(type);
  if (layout === undefined) {
    context.error('TBX0313', call, `the size of the byval argument ${type.text} is unknown`);
    return undefined;
  }
  return {
    size: layout.size,
    alignment: Math.max(8, alignmentOf(argument.attributes) ?? layout.alignment),
  };
}

/** @returns the argument to pass instead; undefined when the call was refused */
export function copyByval(
  argument: Argument,
  call: Call,
  build: InstructionBuilder,
  scratch: Scratch,
  context: FunctionContext,
): Argument | undefined {
  const type = byvalType(argument.attributes);
  if (type === undefined) return argument;
  const object = byvalObject(argument, type, call, context);
  if (object === undefined) return undefined;
  const copy = scratch.copy(object.size, object.alignment);
  emitCopy(copy, argument, object, build, context);
  context.module.statistics.count('byvalCopies');
  return { type: copy.type, value: copy.value, attributes: withoutByval(argument.attributes) };
}

/** A `memcpy` of the object, which a later pass confines. */
export function emitCopy(
  to: { readonly type: Type; readonly value: Argument['value'] },
  from: Argument,
  object: ByvalObject,
  build: InstructionBuilder,
  context: FunctionContext,
): void {
  if (object.size === 0) return;
  const name = '@llvm.memcpy.p0.p0.i64';
  const memcpy = context.module.declareFunction(
    name,
    `declare void ${name}(ptr noalias writeonly, ptr noalias readonly, i64, i1 immarg)`,
  );
  const pointer = build.types.pointer();
  const i64 = build.types.integer(64);
  const i1 = build.types.integer(1);
  const type = build.types.function(build.types.void, [pointer, pointer, i64, i1]);
  const alignment = alignmentOf(from.attributes);
  const source: Argument = {
    type: from.type,
    value: from.value,
    attributes: alignment === undefined ? [] : [alignAttribute(alignment)],
  };
  const target: Argument = { ...to, attributes: [alignAttribute(8)] };
  const isVolatile = build.integer(1, 0);
  build.call(memcpy, type, [target, source, build.integer(64, object.size), isVolatile], 'copy');
}

function alignmentOf(attributes: readonly Attribute[]): number | undefined {
  for (const attribute of attributes) {
    if (attribute.kind === 'integer' && attribute.name === 'align') return Number(attribute.value);
  }
  return undefined;
}

function alignAttribute(alignment: number): Attribute {
  return { kind: 'integer', name: 'align', value: String(alignment), form: 'space' };
}
