/** @see LangRef, "'getelementptr' Instruction", "'extractvalue' Instruction" */
import type { Type, TypedValue, Value, VectorType } from '../ir/index.js';
import type { ModuleScope } from './scope.js';

/** What is indexed, and by what. */
export interface ElementAddress {
  readonly sourceElementType: Type;
  readonly pointer: Type;
  readonly indices: readonly TypedValue[];
}

/** What is wrong with the indices of an address; undefined when nothing is. */
export function addressProblem(scope: ModuleScope, address: ElementAddress): string | undefined {
  const { types } = scope;
  const { sourceElementType, pointer, indices } = address;
  if (!types.isPointerLike(pointer)) {
    return `the base of getelementptr must be a pointer, not '${pointer.text}'`;
  }
  const odd = indices.find(({ type }) => !types.isIntegerLike(type));
  if (odd !== undefined) return `an index must be an integer, not '${odd.type.text}'`;
  const vectors = [pointer, ...indices.map(({ type }) => type)].flatMap(
    (type) => types.vector(type) ?? [],
  );
  const [first] = vectors;
  if (vectors.some((vector) => first !== undefined && !sameLength(vector, first))) {
    return 'vectors of different lengths index this address';
  }
  if (indices.length > 0 && !types.isSized(sourceElementType)) {
    return `'${sourceElementType.text}' has no size, so that nothing in it has an address`;
  }
  if (types.struct(sourceElementType) !== undefined && types.holdsScalable(sourceElementType)) {
    const struct = types.struct(sourceElementType);
    if (indices.length > 1 || struct === undefined) return scalableProblem(sourceElementType);
  }
  return pathProblem(scope, sourceElementType, indices.slice(1));
}

function scalableProblem(type: Type): string {
  return `'${type.text}' contains a vector of unknown length, so that its fields have no offset`;
}

/** The type of an element's address: a pointer, or a vector of them where the base or an index is a vector. */
export function addressType(scope: ModuleScope, address: ElementAddress): Type {
  const { types, module } = scope;
  if (types.vector(address.pointer) !== undefined) return address.pointer;
  const vector = address.indices.map(({ type }) => types.vector(type)).find((type) => type);
  return vector === undefined
    ? address.pointer
    : module.typeTable.vector(vector.length, address.pointer, vector.scalable);
}

function pathProblem(
  scope: ModuleScope,
  start: Type,
  indices: readonly TypedValue[],
): string | undefined {
  let type = start;
  for (const { type: indexType, value } of indices) {
    const next = step(scope, type, indexType, value);
    if (next === undefined) return `'${type.text}' has no element that this index names`;
    type = next;
  }
  return undefined;
}

/** The type that an index leads to. */
function step(scope: ModuleScope, type: Type, indexType: Type, value: Value): Type | undefined {
  const body = scope.types.body(type);
  if (body?.kind === 'array' || body?.kind === 'vector') return body.element;
  if (body?.kind !== 'struct') return undefined;
  const scalar = scope.types.scalar(indexType);
  if (scalar.kind !== 'integer' || scalar.bits !== 32) return undefined;
  if (scope.types.vector(indexType)?.scalable === true) return undefined;
  const field = constantIndex(value);
  return field === undefined ? undefined : body.fields[field];
}

/** The number of a field: a constant, or a vector that has it in each element. */
function constantIndex(value: Value): number | undefined {
  switch (value.kind) {
    case 'integer':
      return /^[0-9]+$/.test(value.text) ? Number(value.text) : undefined;
    case 'keyword':
      return value.keyword === 'zeroinitializer' ? 0 : undefined;
    case 'splat':
      return constantIndex(value.element.value);
    case 'aggregate': {
      const [first, ...others] = value.elements.map((element) => constantIndex(element.value));
      return others.every((other) => other === first) ? first : undefined;
    }
    default:
      return undefined;
  }
}

/** The type of the member that a path of numbers names; undefined where it leads nowhere. */
export function memberType(
  scope: ModuleScope,
  aggregate: Type,
  indices: readonly number[],
): Type | undefined {
  let type: Type | undefined = aggregate;
  for (const index of indices) type = type && scope.types.member(type, index);
  return type;
}

function sameLength(left: VectorType, right: VectorType): boolean {
  return left.length === right.length && left.scalable === right.scalable;
}
