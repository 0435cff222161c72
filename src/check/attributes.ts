/** @see LangRef, "Parameter Attributes", "Function Attributes", "Attribute Groups" */
import type { Attribute, AttributeGroup, FunctionEntity, Instruction, Span } from '../ir/index.js';
import { argumentProblem } from './attribute-arguments.js';
import type { Position } from './attribute-table.js';
import { mayStand } from './attribute-table.js';
import type { ModuleScope } from './scope.js';

const PLACES: { readonly [Where in Position]: string } = {
  function: 'functions',
  parameter: 'parameters',
  return: 'return values',
};

export function checkFunctionAttributes(scope: ModuleScope, fn: FunctionEntity): void {
  const header = { start: fn.start, end: fn.body?.start ?? fn.end };
  const behindName = { start: fn.nameStart, end: header.end };
  check(scope, fn.returnAttributes, 'return', { start: fn.start, end: fn.nameStart });
  for (const { attributes } of fn.parameters) check(scope, attributes, 'parameter', behindName);
  check(scope, fn.attributes, 'function', behindName);
  const builtin = fn.attributes.find((own) => own.kind === 'flag' && own.name === 'builtin');
  if (builtin !== undefined) {
    report(scope, "'builtin' is for calls", 'builtin', behindName);
  }
}

type AnyCall = Extract<Instruction, { kind: 'call' | 'invoke' | 'callbr' }>;

export function checkCallAttributes(scope: ModuleScope, call: AnyCall): void {
  check(scope, call.returnAttributes, 'return', call);
  for (const { attributes } of call.arguments) check(scope, attributes, 'parameter', call);
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

function report(scope: ModuleScope, message: string, word: string, span: Span): void {
  scope.findings.report('TBX0410', message, scope.findings.locate(word, span));
}
