/** @see LangRef, "Unary", "Binary", "Vector", "Aggregate", "Conversion" and "Other Operations" */
import type * as ir from '../ir/index.js';
import type { Type, Value } from '../ir/index.js';
import { canConvert } from './conversions.js';
import type { CheckCode } from './findings.js';
import { memberType } from './indices.js';
import type { BodyScope } from './scope.js';

type Report = (code: CheckCode, message: string, word?: string) => void;

const FLOAT_OPCODES: ReadonlySet<string> = new Set(['fadd', 'fsub', 'fmul', 'fdiv', 'frem']);

/** Flags by the opcodes that may have them. */
const FLAGS: { readonly [flag: string]: ReadonlySet<string> } = {
  nuw: new Set(['add', 'sub', 'mul', 'shl', 'trunc']),
  nsw: new Set(['add', 'sub', 'mul', 'shl', 'trunc']),
  exact: new Set(['udiv', 'sdiv', 'lshr', 'ashr']),
  disjoint: new Set(['or']),
  nneg: new Set(['zext', 'uitofp']),
};

export function checkBinary(scope: BodyScope, operation: ir.Binary, report: Report): void {
  const { opcode, type, flags } = operation;
  const isFloat = FLOAT_OPCODES.has(opcode);
  const fits = isFloat ? scope.types.isFloatLike(type) : scope.types.isIntegerLike(type);
  if (!fits) {
    const needed = isFloat ? 'floating-point numbers' : 'integers';
    report('TBX0402', `'${opcode}' works on ${needed}, not on '${type.text}'`, type.text);
  }
  if (!isFloat) checkFlags(opcode, flags, report);
}

function checkFlags(opcode: string, flags: readonly string[], report: Report): void {
  const odd = flags.find((flag) => FLAGS[flag]?.has(opcode) !== true);
  if (odd !== undefined) report('TBX0402', `'${opcode}' cannot have the flag '${odd}'`, odd);
}

export function checkFNeg(scope: BodyScope, { operand }: ir.FNeg, report: Report): void {
  if (scope.types.isFloatLike(operand.type)) return;
  report('TBX0402', `'fneg' works on floating-point numbers, not on '${operand.type.text}'`);
}

export function checkICmp(scope: BodyScope, { type, flags }: ir.ICmp, report: Report): void {
  if (!scope.types.isIntegerLike(type) && !scope.types.isPointerLike(type)) {
    report('TBX0402', `'icmp' compares integers and pointers, not '${type.text}'`, type.text);
  }
  const odd = flags.find((flag) => flag !== 'samesign');
  if (odd !== undefined) report('TBX0402', `'icmp' cannot have the flag '${odd}'`, odd);
}

export function checkFCmp(scope: BodyScope, { type }: ir.FCmp, report: Report): void {
  if (scope.types.isFloatLike(type)) return;
  report('TBX0402', `'fcmp' compares floating-point numbers, not '${type.text}'`, type.text);
}

export function checkCast(scope: BodyScope, cast: ir.Cast, report: Report): void {
  const { opcode, operand, type, flags } = cast;
  if (!canConvert(scope.types, opcode, operand.type, type)) {
    report('TBX0405', `'${opcode}' does not convert '${operand.type.text}' to '${type.text}'`);
  }
  if (opcode !== 'fptrunc' && opcode !== 'fpext') checkFlags(opcode, flags, report);
}

export function checkSelect(scope: BodyScope, select: ir.Select, report: Report): void {
  const { condition, ifTrue, ifFalse, flags } = select;
  const { types } = scope;
  if (!types.same(ifTrue.type, ifFalse.type)) {
    report('TBX0402', `a choice between '${ifTrue.type.text}' and '${ifFalse.type.text}'`);
    return;
  }
  if (ifTrue.type.kind === 'token') report('TBX0403', 'tokens cannot be chosen from');
  const vector = types.vector(condition.type);
  const scalar = types.scalar(condition.type);
  const chosen = types.vector(ifTrue.type);
  const isTruth = scalar.kind === 'integer' && scalar.bits === 1;
  const sameLength = vector?.length === chosen?.length && vector?.scalable === chosen?.scalable;
  if (!isTruth || (vector !== undefined && !sameLength)) {
    report('TBX0402', `a condition of type '${condition.type.text}' cannot choose here`);
  }
  checkFastMath(scope, 'select', ifTrue.type, flags, report);
}

export function checkPhi(scope: BodyScope, { type, flags }: ir.Phi, report: Report): void {
  if (!scope.types.isFirstClass(type)) {
    report('TBX0403', `no instruction computes a value of type '${type.text}'`, type.text);
  }
  checkFastMath(scope, 'phi', type, flags, report);
}

/** Fast-math flags need a result of floating-point numbers. */
export function checkFastMath(
  scope: BodyScope,
  what: string,
  type: Type,
  flags: readonly string[],
  report: Report,
): void {
  const [first] = flags;
  if (first === undefined || holdsFloats(scope, type)) return;
  report('TBX0402', `a ${what} of type '${type.text}' cannot have the flag '${first}'`, first);
}

function holdsFloats(scope: BodyScope, type: Type): boolean {
  const body = scope.types.body(type);
  if (body?.kind === 'array') return holdsFloats(scope, body.element);
  // Structures of floating-point numbers of one type count since LLVM 20.
  if (body?.kind === 'struct') return body.fields.every((field) => holdsFloats(scope, field));
  return scope.types.isFloatLike(type);
}

export function checkExtractElement(
  scope: BodyScope,
  { vector, index }: ir.ExtractElement,
  report: Report,
): void {
  checkVector(scope, vector.type, report);
  checkIndex(scope, index.type, report);
}

export function checkInsertElement(
  scope: BodyScope,
  { vector, element, index }: ir.InsertElement,
  report: Report,
): void {
  checkVector(scope, vector.type, report);
  checkIndex(scope, index.type, report);
  const needed = scope.types.vector(vector.type)?.element;
  if (needed === undefined || scope.types.same(needed, element.type)) return;
  report('TBX0402', `an element of '${vector.type.text}' cannot be '${element.type.text}'`);
}

function checkVector(scope: BodyScope, type: Type, report: Report): void {
  if (scope.types.vector(type) !== undefined) return;
  report('TBX0402', `a vector is needed here, not '${type.text}'`);
}

function checkIndex(scope: BodyScope, type: Type, report: Report): void {
  if (scope.types.isInteger(type)) return;
  report('TBX0402', `an index must be an integer, not '${type.text}'`);
}

export function checkShuffle(
  scope: BodyScope,
  { left, right, mask }: ir.ShuffleVector,
  report: Report,
): void {
  checkVector(scope, left.type, report);
  if (!scope.types.same(left.type, right.type)) {
    report('TBX0402', `a shuffle of '${left.type.text}' with '${right.type.text}'`);
  }
  const shape = scope.types.vector(mask.type);
  const inputs = scope.types.vector(left.type);
  if (shape === undefined || shape.element.text !== 'i32') {
    report('TBX0402', `a mask is a vector of i32, not '${mask.type.text}'`);
  } else if (inputs !== undefined && !isMask(mask.value, inputs.length * 2, inputs.scalable)) {
    report('TBX0404', 'a mask holds constants that number the elements of both vectors');
  }
}

function isMask(value: Value, elements: number, scalable: boolean): boolean {
  switch (value.kind) {
    case 'keyword':
      return value.keyword !== 'null' && value.keyword !== 'none';
    case 'splat':
      return isMaskElement(value.element.value, elements);
    case 'aggregate':
      return !scalable && value.elements.every((element) => isMaskElement(element.value, elements));
    // A constant expression of LLVM's own is folded before it is looked at.
    case 'expression':
      return true;
    default:
      return false;
  }
}

function isMaskElement(value: Value, elements: number): boolean {
  if (value.kind === 'integer') return !value.text.startsWith('-') && Number(value.text) < elements;
  return value.kind === 'keyword' || value.kind === 'expression';
}

export function checkExtractValue(
  scope: BodyScope,
  { aggregate, indices }: ir.ExtractValue,
  report: Report,
): void {
  if (!scope.types.isAggregate(aggregate.type)) {
    report('TBX0402', `an aggregate is needed here, not '${aggregate.type.text}'`);
  } else if (memberType(scope, aggregate.type, indices) === undefined) {
    report('TBX0406', `'${aggregate.type.text}' has no member ${indices.join(', ')}`);
  }
}

export function checkInsertValue(
  scope: BodyScope,
  { aggregate, element, indices }: ir.InsertValue,
  report: Report,
): void {
  if (!scope.types.isAggregate(aggregate.type)) {
    report('TBX0402', `an aggregate is needed here, not '${aggregate.type.text}'`);
    return;
  }
  const member = memberType(scope, aggregate.type, indices);
  if (member === undefined) {
    report('TBX0406', `'${aggregate.type.text}' has no member ${indices.join(', ')}`);
  } else if (!scope.types.same(member, element.type)) {
    report(
      'TBX0402',
      `member ${indices.join(', ')} has type '${member.text}', not '${element.type.text}'`,
    );
  }
}

export function checkLandingPad(
  scope: BodyScope,
  { clauses }: ir.LandingPad,
  report: Report,
): void {
  for (const { kind, value } of clauses) {
    const isArray = scope.types.body(value.type)?.kind === 'array';
    if (isArray !== (kind === 'filter')) {
      report('TBX0402', `a '${kind}' clause cannot have type '${value.type.text}'`);
    } else if (value.value.kind === 'local') {
      report('TBX0404', `a '${kind}' clause needs a constant`, value.value.name);
    }
  }
}
