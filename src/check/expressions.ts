/** @see LangRef, "Constant Expressions" */
import type { ConstantExpression, Type } from '../ir/index.js';
import { canConvert } from './conversions.js';
import { addressProblem, addressType } from './indices.js';
import type { ModuleScope } from './scope.js';
import type { Problem } from './values.js';

interface Typed {
  readonly type: Type;
}

/** The type of a constant expression, or what is wrong with it; its operands are checked elsewhere. */
export function expressionType(
  scope: ModuleScope,
  expression: ConstantExpression,
): Typed | Problem {
  const { opcode, operands, castType } = expression;
  const [first, second] = operands;
  if (first === undefined) return wrong(`'${opcode}' needs an operand`);
  if (opcode === 'getelementptr') return addressExpression(scope, expression);
  if (castType !== undefined) {
    if (canConvert(scope.types, opcode, first.type, castType)) return { type: castType };
    const message = `'${opcode}' does not convert '${first.type.text}' to '${castType.text}'`;
    return { code: 'TBX0405', message };
  }
  switch (opcode) {
    case 'icmp':
    case 'fcmp':
      return { type: comparisonType(scope, first.type) };
    case 'select':
      return { type: second?.type ?? first.type };
    case 'extractelement':
      return { type: scope.types.scalar(first.type) };
    case 'insertelement':
      return { type: first.type };
    case 'shufflevector':
      return { type: shuffleType(scope, first.type, operands[2]?.type) };
    default:
      return operationType(scope, expression, first.type, second?.type);
  }
}

/** `i1`, or a vector of as many as the operands have. */
export function comparisonType(scope: ModuleScope, type: Type): Type {
  const { typeTable } = scope.module;
  const vector = scope.types.vector(type);
  const truth = typeTable.integer(1);
  return vector === undefined ? truth : typeTable.vector(vector.length, truth, vector.scalable);
}

/** As many elements as the mask has, of the operands' type. */
export function shuffleType(scope: ModuleScope, operand: Type, mask: Type | undefined): Type {
  const shape = mask === undefined ? undefined : scope.types.vector(mask);
  const element = scope.types.scalar(operand);
  return shape === undefined
    ? operand
    : scope.module.typeTable.vector(shape.length, element, shape.scalable);
}

function operationType(
  scope: ModuleScope,
  { opcode, operands }: ConstantExpression,
  left: Type,
  right: Type | undefined,
): Typed | Problem {
  if (operands.length !== 2 || right === undefined) return wrong(`'${opcode}' needs two operands`);
  if (!scope.types.same(left, right))
    return wrong(`both operands of '${opcode}' must have one type`);
  if (!scope.types.isIntegerLike(left)) return wrong(`'${opcode}' needs integers`);
  return { type: left };
}

function addressExpression(
  scope: ModuleScope,
  { operands, sourceElementType, flags }: ConstantExpression,
): Typed | Problem {
  const [pointer, ...indices] = operands;
  if (pointer === undefined || sourceElementType === undefined) return wrong('no base');
  const range = flags.find((flag) => flag.startsWith('inrange('));
  const [low, high] = range?.match(/-?[0-9]+/g)?.map(BigInt) ?? [];
  if (low !== undefined && high !== undefined && low >= high) {
    return { code: 'TBX0406', message: 'the end of the range must be larger than its start' };
  }
  const address = { sourceElementType, pointer: pointer.type, indices };
  const message = addressProblem(scope, address);
  if (message !== undefined) return { code: 'TBX0406', message };
  return { type: addressType(scope, address) };
}

function wrong(message: string): Problem {
  return { code: 'TBX0404', message };
}
