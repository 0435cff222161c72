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
import { AttributeSet } from './attribute-set.js';
import type { Position, Subject } from './attribute-table.js';
import { mayStand, subjectOf } from './attribute-table.js';
import { functionSetProblem } from './function-attributes.js';
import { listProblem, setProblem } from './parameter-attributes.js';
import type { AttributeProblem } from './parameter-attributes.js';
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
  // LLVM gives intrinsics attributes of its own.
  if (isIntrinsic) return;
  const { returnAttributes, returns, parameters, attributes: functionAttributes } = fn;
  const fixed = parameters.length;
  checkSets(
    scope,
    { returnAttributes, returns, parameters, fixed, functionAttributes, isIntrinsic },
    header,
  );
  checkOwnSet(scope, fn, header);
}

/** What only functions can do wrong, and no call. */
function checkOwnSet(scope: ModuleScope, fn: FunctionEntity, header: Span): void {
  const set = new AttributeSet(scope.module, fn.attributes);
  if (set.has('jumptable') && fn.unnamedAddr !== 'unnamed_addr') {
    report(scope, "attribute 'jumptable' requires 'unnamed_addr'", 'jumptable', header);
  }
  if (fn.parameters.some(({ attributes }) => hasElementType(attributes))) {
    report(scope, "'elementtype' is for calls", 'elementtype', header);
  }
}

function hasElementType(attributes: readonly Attribute[]): boolean {
  return attributes.some((own) => own.kind === 'type' && own.name === 'elementtype');
}

/** What a function and a call have in common. */
interface Signature {
  readonly returnAttributes: readonly Attribute[];
  readonly returns: Type;
  readonly parameters: readonly {
    readonly attributes: readonly Attribute[];
    readonly type: Type;
  }[];
  /** How many parameters stand before the variadic ones. */
  readonly fixed: number;
  readonly functionAttributes: readonly Attribute[];
  readonly isIntrinsic: boolean;
}

/** Checks what the attributes of one place, and those of all parameters, say together. */
function checkSets(scope: ModuleScope, signature: Signature, span: Span): void {
  const { returns, parameters } = signature;
  const say = (problem: AttributeProblem | undefined): void => {
    if (problem !== undefined) report(scope, problem.message, problem.word, span);
  };
  const sets = parameters.map(({ attributes }) => new AttributeSet(scope.module, attributes));
  const types = parameters.map(({ type }) => type);
  say(setProblem(scope, new AttributeSet(scope.module, signature.returnAttributes), returns));
  for (const [at, set] of sets.entries()) say(setProblem(scope, set, types[at] ?? returns));
  say(listProblem(scope, sets.slice(0, signature.fixed), types, returns));
  if (!signature.isIntrinsic && sets.some((set) => set.has('immarg'))) {
    say({ message: "'immarg' applies only to intrinsics", word: 'immarg' });
  }
  const own = new AttributeSet(scope.module, signature.functionAttributes);
  say(functionSetProblem(scope, own, types));
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
  const { explicit, type } = call.calleeType;
  const fixed = explicit ? type.parameters.length : call.arguments.length;
  const { returnAttributes, arguments: parameters, functionAttributes } = call;
  checkSets(
    scope,
    { returnAttributes, returns: type.returns, parameters, fixed, functionAttributes, isIntrinsic },
    call,
  );
  if (!isIntrinsic && callee.kind !== 'asm') checkCallSite(scope, call);
}

/** What only calls of functions can do wrong. */
function checkCallSite(scope: ModuleScope, call: AnyCall): void {
  if (call.arguments.some(({ attributes }) => hasElementType(attributes))) {
    const message = "'elementtype' is for intrinsics and inline assembly";
    report(scope, message, 'elementtype', call);
  }
  const fixed = call.calleeType.explicit ? call.calleeType.type.parameters.length : undefined;
  const passed = fixed === undefined ? [] : call.arguments.slice(fixed);
  const hasResult = passed.some(({ attributes }) =>
    attributes.some((own) => own.kind === 'type' && own.name === 'sret'),
  );
  if (hasResult) report(scope, "'sret' cannot be used for variadic arguments", 'sret', call);
  const set = new AttributeSet(scope.module, call.functionAttributes);
  if (set.has('speculatable') && !isSpeculatable(scope, call)) {
    report(scope, "'speculatable' may not apply to call sites", 'speculatable', call);
  }
}

function isSpeculatable(scope: ModuleScope, { callee }: AnyCall): boolean {
  const fn = callee.kind === 'global' ? scope.module.functions.get(callee.name) : undefined;
  return fn !== undefined && new AttributeSet(scope.module, fn.attributes).has('speculatable');
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
