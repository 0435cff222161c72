/** Operands: whether a value is one of the type that stands in front of it. */
import type * as ir from '../ir/index.js';
import { constantOperands } from '../ir/index.js';
import type { Constant, Type, TypedValue, Value } from '../ir/index.js';
import { expressionType } from './expressions.js';
import { isFloatOf } from './float-constants.js';
import type { CheckCode } from './findings.js';
import { isReserved } from './reserved-globals.js';
import { globalType } from './scope.js';
import type { ModuleScope, Place } from './scope.js';

export interface Problem {
  readonly code: CheckCode;
  readonly message: string;
}

/** Reports what is wrong with an operand, if anything is; says whether nothing was. */
export function checkOperand(
  scope: ModuleScope,
  { type, value }: TypedValue,
  place: Place,
): boolean {
  return checkValue(scope, type, value, place);
}

/** The same for a value whose type stands elsewhere. */
export function checkValue(scope: ModuleScope, type: Type, value: Value, place: Place): boolean {
  switch (value.kind) {
    case 'local':
      return checkLocal(scope, type, value.name, place);
    case 'metadata':
      return true;
    case 'asm':
      return report(scope, place, 'asm', {
        code: 'TBX0417',
        message: 'inline assembly can only be called',
      });
    default:
      return checkConstant(scope, type, value, place);
  }
}

function checkLocal(scope: ModuleScope, type: Type, name: string, place: Place): boolean {
  const actual = place.locals?.get(name);
  if (actual === undefined) {
    // Inside a body the parser knows all names; elsewhere there are none.
    if (place.locals !== undefined) return true;
    const message = `'${name}' belongs to a function and cannot stand here`;
    return report(scope, place, name, { code: 'TBX0413', message });
  }
  if (scope.types.same(actual, type)) return true;
  return report(scope, place, name, {
    code: 'TBX0402',
    message: `'${name}' has type '${actual.text}', but '${type.text}' is needed here`,
  });
}

/** Reports what is wrong with a constant of a type. */
export function checkConstant(
  scope: ModuleScope,
  type: Type,
  constant: Constant,
  place: Place,
): boolean {
  const problem = constantProblem(scope, type, constant) ?? useProblem(scope, constant, place);
  if (problem !== undefined) return report(scope, place, spelled(constant), problem);
  return constantOperands(constant).every((operand) => checkOperand(scope, operand, place));
}

/** What only LLVM reads, and what can only be called, may be named by metadata alone. */
function useProblem(
  scope: ModuleScope,
  constant: Constant,
  { inMetadata }: Place,
): Problem | undefined {
  if (constant.kind !== 'global' || inMetadata === true) return undefined;
  const { name } = constant;
  if (isReserved(name)) {
    return { code: 'TBX0422', message: `nothing may use '${name}': only LLVM reads it` };
  }
  if (!name.startsWith('@llvm.') || !scope.module.functions.has(name)) return undefined;
  return { code: 'TBX0418', message: `the address of the intrinsic '${name}' cannot be taken` };
}

function report(scope: ModuleScope, place: Place, word: string, problem: Problem): false {
  const where = word === '' ? place : scope.findings.locate(word, place);
  scope.findings.report(problem.code, problem.message, where);
  return false;
}

/** A piece of text by which a constant is found in its line. */
function spelled(constant: Constant): string {
  switch (constant.kind) {
    case 'global':
    case 'wrapped-global':
      return constant.name;
    case 'integer':
    case 'float':
    case 'string':
      return constant.text;
    case 'keyword':
      return constant.keyword;
    case 'blockaddress':
    case 'splat':
    case 'ptrauth':
      return constant.kind;
    case 'expression':
      return constant.opcode;
    case 'aggregate':
      return '';
  }
}

function constantProblem(scope: ModuleScope, type: Type, constant: Constant): Problem | undefined {
  const { types } = scope;
  const body = types.body(type) ?? type;
  switch (constant.kind) {
    case 'integer':
      return integerProblem(body, constant.text);
    case 'float':
      return floatProblem(body, constant.text);
    case 'keyword':
      return keywordProblem(scope, body, constant.keyword);
    case 'string':
      return stringProblem(body, constant.text);
    case 'global':
    case 'wrapped-global':
      return globalProblem(scope, body, constant.name);
    case 'aggregate':
      return aggregateProblem(scope, type, body, constant);
    case 'splat':
      return splatProblem(scope, body, constant);
    case 'blockaddress':
      return blockAddressProblem(scope, body, constant);
    case 'ptrauth':
      return authenticationProblem(scope, body, constant);
    case 'expression': {
      const found = expressionType(scope, constant);
      if ('message' in found) return found;
      return types.same(found.type, type) ? undefined : otherType(found.type, type);
    }
  }
}

function otherType(found: Type, needed: Type): Problem {
  const message = `this constant has type '${found.text}', but '${needed.text}' is needed here`;
  return { code: 'TBX0404', message };
}

function notOf(what: string, type: Type): Problem {
  return { code: 'TBX0404', message: `${what} is no value of type '${type.text}'` };
}

function integerProblem(type: Type, text: string): Problem | undefined {
  if (type.kind !== 'integer') return notOf(`the integer ${text}`, type);
  const isTruth = text === 'true' || text === 'false';
  return isTruth && type.bits !== 1 ? notOf(`'${text}'`, type) : undefined;
}

function floatProblem(type: Type, text: string): Problem | undefined {
  const fits = type.kind === 'float' && isFloatOf(type.format, text);
  return fits ? undefined : notOf(`the number ${text}`, type);
}

function keywordProblem(
  scope: ModuleScope,
  type: Type,
  keyword: ir.KeywordConstant['keyword'],
): Problem | undefined {
  const firstClass = scope.types.isFirstClass(type) && type.kind !== 'label';
  switch (keyword) {
    case 'null':
      return type.kind === 'pointer' ? undefined : notOf("'null'", type);
    case 'none':
      return type.kind === 'token' ? undefined : notOf("'none'", type);
    case 'undef':
    case 'poison':
      return firstClass ? undefined : notOf(`'${keyword}'`, type);
    case 'zeroinitializer':
      return firstClass && scope.types.hasZero(type) ? undefined : notOf(`'${keyword}'`, type);
  }
}

function stringProblem(type: Type, text: string): Problem | undefined {
  const length = text.length - 3 - 2 * (text.match(/\\[0-9a-fA-F]{2}/g)?.length ?? 0);
  const escaped = text.match(/\\\\/g)?.length ?? 0;
  if (type.kind !== 'array' || type.element.text !== 'i8') return notOf('a string', type);
  // A backslash that is written twice may be read in two ways where digits follow: then it is not counted.
  if (escaped > 0 || type.length === BigInt(length)) return undefined;
  return notOf(`a string of ${length} bytes`, type);
}

function globalProblem(scope: ModuleScope, type: Type, name: string): Problem | undefined {
  const global = scope.globals.get(name);
  if (type.kind !== 'pointer') return notOf(`the address of '${name}'`, type);
  if (global === undefined) return { code: 'TBX0401', message: `'${name}' is not defined` };
  const actual = globalType(scope, global);
  if (scope.types.same(actual, type) || typeof type.addressSpace === 'string') return undefined;
  const message = `'${name}' has type '${actual.text}', but '${type.text}' is needed here`;
  return { code: 'TBX0402', message };
}

function aggregateProblem(
  scope: ModuleScope,
  type: Type,
  body: Type,
  constant: ir.AggregateConstant,
): Problem | undefined {
  const { shape, elements } = constant;
  const shown =
    shape === 'packed-struct' ? 'packed structure' : shape === 'struct' ? 'structure' : shape;
  if (shape === 'struct' || shape === 'packed-struct') {
    if (body.kind !== 'struct') return notOf(`a ${shown}`, type);
    if (body.packed !== (shape === 'packed-struct')) return notOf(`a ${shown}`, type);
    return fieldsProblem(scope, type, body.fields, elements);
  }
  if (shape === 'array' && body.kind === 'array') {
    return elementsProblem(scope, type, body.element, body.length, elements);
  }
  if (shape === 'vector' && body.kind === 'vector' && !body.scalable && elements.length > 0) {
    return elementsProblem(scope, type, body.element, BigInt(body.length), elements);
  }
  return notOf(shape === 'array' ? 'an array' : 'a vector', type);
}

function fieldsProblem(
  scope: ModuleScope,
  type: Type,
  fields: readonly Type[],
  elements: readonly TypedValue[],
): Problem | undefined {
  if (fields.length !== elements.length) {
    return notOf(`a structure of ${elements.length} fields`, type);
  }
  const at = fields.findIndex((field, index) => {
    const element = elements[index];
    return element !== undefined && !scope.types.same(field, element.type);
  });
  return at < 0 ? undefined : memberProblem(at, elements[at], fields[at]);
}

function elementsProblem(
  scope: ModuleScope,
  type: Type,
  element: Type,
  length: bigint,
  elements: readonly TypedValue[],
): Problem | undefined {
  if (BigInt(elements.length) !== length) return notOf(`a list of ${elements.length}`, type);
  const at = elements.findIndex((item) => !scope.types.same(item.type, element));
  return at < 0 ? undefined : memberProblem(at, elements[at], element);
}

function memberProblem(
  index: number,
  found: TypedValue | undefined,
  needed: Type | undefined,
): Problem {
  const message = `element ${index} has type '${found?.type.text ?? ''}', but '${needed?.text ?? ''}' is needed here`;
  return { code: 'TBX0404', message };
}

function splatProblem(
  scope: ModuleScope,
  type: Type,
  { element }: ir.SplatConstant,
): Problem | undefined {
  if (type.kind !== 'vector') return notOf('a splat', type);
  return scope.types.same(type.element, element.type)
    ? undefined
    : otherType(element.type, type.element);
}

function blockAddressProblem(
  scope: ModuleScope,
  type: Type,
  { function: name }: ir.BlockAddress,
): Problem | undefined {
  if (type.kind !== 'pointer') return notOf('the address of a block', type);
  const fn = scope.globals.get(name);
  if (fn === undefined) return { code: 'TBX0401', message: `'${name}' is not defined` };
  if (fn.kind !== 'function' || fn.body === undefined) {
    return { code: 'TBX0404', message: `'${name}' has no body, and so no blocks` };
  }
  const actual = globalType(scope, fn);
  return scope.types.same(actual, type) ? undefined : otherType(actual, type);
}

const AUTHENTICATION = ['pointer', 'i32', 'i64', 'pointer', 'pointer'] as const;

function authenticationProblem(
  scope: ModuleScope,
  type: Type,
  { operands }: ir.PointerAuthentication,
): Problem | undefined {
  if (type.kind !== 'pointer') return notOf('a signed pointer', type);
  const at = operands.findIndex((operand, index) => {
    const wanted = AUTHENTICATION[index];
    if (wanted === 'pointer') return !scope.types.isPointer(operand.type);
    return operand.type.text !== wanted || operand.value.kind !== 'integer';
  });
  if (at < 0) return undefined;
  const wanted = AUTHENTICATION[at];
  const needed = wanted === 'pointer' ? 'a pointer' : `a constant of type ${wanted ?? 'none'}`;
  return { code: 'TBX0404', message: `operand ${at} of ptrauth must be ${needed}` };
}
