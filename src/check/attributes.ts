/** @see LangRef, "Parameter Attributes", "Function Attributes", "Attribute Groups" */
import type {
  Attribute,
  AttributeGroup,
  FunctionEntity,
  Instruction,
  Span,
  Type,
} from '../ir/index.js';
import { argumentProblem } from './attribute-arguments.js';
import type { Position, Subject } from './attribute-table.js';
import { mayStand, subjectOf } from './attribute-table.js';
import type { ModuleScope } from './scope.js';

const PLACES: { readonly [Where in Position]: string } = {
  function: 'functions',
  parameter: 'parameters',
  return: 'return values',
};

export function checkFunctionAttributes(scope: ModuleScope, fn: FunctionEntity): void {
  const header = { start: fn.start, end: fn.body?.start ?? fn.end };
  const behindName = { start: fn.nameStart, end: header.end };
  const inFront = { start: fn.start, end: fn.nameStart };
  check(scope, fn.returnAttributes, 'return', inFront);
  // LLVM rewrites old intrinsics before it looks at their attributes.
  const isIntrinsic = fn.name.startsWith('@llvm.');
  if (!isIntrinsic) checkSubjects(scope, fn.returnAttributes, fn.returns, inFront);
  for (const { attributes, type } of fn.parameters) {
    check(scope, attributes, 'parameter', behindName);
    if (!isIntrinsic) checkSubjects(scope, attributes, type, behindName);
  }
  check(scope, fn.attributes, 'function', behindName);
  const builtin = fn.attributes.find((own) => own.kind === 'flag' && own.name === 'builtin');
  if (builtin !== undefined) {
    report(scope, "'builtin' is for calls", 'builtin', behindName);
  }
}

type AnyCall = Extract<Instruction, { kind: 'call' | 'invoke' | 'callbr' }>;

export function checkCallAttributes(scope: ModuleScope, call: AnyCall): void {
  check(scope, call.returnAttributes, 'return', call);
  const { callee } = call;
  const isIntrinsic = callee.kind === 'global' && callee.name.startsWith('@llvm.');
  if (!isIntrinsic) {
    checkSubjects(scope, call.returnAttributes, call.calleeType.type.returns, call);
  }
  for (const { attributes, type } of call.arguments) {
    check(scope, attributes, 'parameter', call);
    if (!isIntrinsic) checkSubjects(scope, attributes, type, call);
  }
  check(scope, call.functionAttributes, 'function', call);
}

export function checkAttributeGroup(scope: ModuleScope, group: AttributeGroup): void {
  if (group.attributes.length === 0)
    report(scope, `'${group.id}' has no attributes`, group.id, group);
  check(scope, group.attributes, 'function', group);
}

function check(
  scope: ModuleScope,
  attributes: readonly Attribute[],
  position: Position,
  span: Span,
): void {
  for (const attribute of attributes) {
    if (attribute.kind === 'string') continue;
    if (attribute.kind === 'group') {
      if (position !== 'function') report(scope, 'a group is for functions', attribute.id, span);
      continue;
    }
    const { name } = attribute;
    if (!mayStand(name, position)) {
      report(scope, `'${name}' does not apply to ${PLACES[position]}`, name, span);
    }
    const problem = argumentProblem(attribute);
    if (problem === undefined) continue;
    scope.findings.report('TBX0411', `'${name}': ${problem}`, scope.findings.locate(name, span));
  }
}

/** Checks that attributes stand on values of which they can say something. */
function checkSubjects(
  scope: ModuleScope,
  attributes: readonly Attribute[],
  type: Type,
  span: Span,
): void {
  for (const attribute of attributes) {
    if (attribute.kind === 'string' || attribute.kind === 'group') continue;
    if (applies(scope, subjectOf(attribute.name), type)) continue;
    const message = `'${attribute.name}' does not apply to values of type '${type.text}'`;
    report(scope, message, attribute.name, span);
  }
}

function applies({ types }: ModuleScope, subject: Subject, type: Type): boolean {
  switch (subject) {
    case 'pointer':
      return types.isPointerLike(type);
    case 'integer':
      return types.isInteger(type);
    case 'integers':
      return types.isIntegerLike(type);
    case 'any':
      return true;
  }
}

function report(scope: ModuleScope, message: string, word: string, span: Span): void {
  scope.findings.report('TBX0410', message, scope.findings.locate(word, span));
}
