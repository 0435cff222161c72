/**
 * Named metadata that LLVM gives a meaning.
 *
 * @see LangRef, "Module Flags Metadata", "Embedded Objects", "llvm.ident"
 */
import { unquoteString } from '../ir/index.js';
import type { Metadata, NamedMetadata } from '../ir/index.js';
import { elementsOf, integerOf, resolveNode } from './nodes.js';
import type { ModuleScope } from './scope.js';

type Report = (message: string) => void;

/** The behaviors by their numbers. */
const BEHAVIORS = [
  undefined,
  'error',
  'warning',
  'require',
  'override',
  'append',
  'appendunique',
  'max',
  'min',
] as const;

/** Flags whose value is an integer, whatever their behavior. */
const INTEGER_FLAGS: ReadonlySet<string> = new Set(['wchar_size', 'SemanticInterposition']);

/** Checks the lists that LLVM itself reads. */
export function checkKnownList(scope: ModuleScope, named: NamedMetadata): void {
  const nodes = named.operands.map((operand) => resolveNode(scope, operand));
  const report: Report = (message) => {
    const where = scope.findings.locate(named.name, named);
    scope.findings.report('TBX0422', message, where);
  };
  if (named.name === '!llvm.ident' || named.name === '!llvm.commandline') {
    for (const node of nodes) checkText(named.name, elementsOf(node), report);
  } else if (named.name === '!llvm.module.flags') checkFlags(scope, nodes, report);
}

function checkText(name: string, elements: readonly Metadata[] | undefined, report: Report): void {
  if (elements?.length !== 1) report(`each node of '${name}' has one operand`);
  else if (elements[0]?.kind !== 'string') report(`the operand of '${name}' should be a string`);
}

function checkFlags(
  scope: ModuleScope,
  nodes: readonly (Metadata | undefined)[],
  report: Report,
): void {
  const values = new Map<string, Metadata>();
  for (const node of nodes) {
    const elements = elementsOf(node);
    const [behavior, id, value] = elements ?? [];
    if (elements?.length !== 3 || id === undefined || value === undefined) {
      report('a module flag has three operands');
      continue;
    }
    const problem = flagProblem(scope, values, behavior, id, value);
    if (problem !== undefined) report(problem);
  }
}

function flagProblem(
  scope: ModuleScope,
  seen: Map<string, Metadata>,
  behavior: Metadata | undefined,
  id: Metadata,
  value: Metadata,
): string | undefined {
  const how = BEHAVIORS[Number(integerOf(behavior)?.text)];
  if (how === undefined) return 'the first operand of a module flag is a behavior, 1 to 8';
  if (id.kind !== 'string') return 'the second operand of a module flag is its name, a string';
  const name = unquoteString(id.text.slice(1));
  const problem = valueProblem(how, resolveNode(scope, value));
  if (problem !== undefined) return `invalid value for the module flag '${name}': ${problem}`;
  if (how !== 'require') {
    if (seen.has(name)) return `the module flag '${name}' stands here twice`;
    seen.set(name, value);
  }
  if (INTEGER_FLAGS.has(name) && integerOf(value) === undefined) {
    return `the module flag '${name}' requires a constant integer`;
  }
  return name === 'CG Profile' ? profileProblem(scope, resolveNode(scope, value)) : undefined;
}

function valueProblem(
  behavior: (typeof BEHAVIORS)[number],
  value: Metadata | undefined,
): string | undefined {
  switch (behavior) {
    case 'min':
    case 'max': {
      const number = integerOf(value)?.text;
      if (number === undefined) return 'a constant integer is needed';
      const negative = behavior === 'min' && number.startsWith('-');
      return negative ? 'a non-negative integer is needed' : undefined;
    }
    case 'require': {
      const pair = elementsOf(value);
      if (pair?.length !== 2) return 'a pair of a name and a value is needed';
      return pair[0]?.kind === 'string' ? undefined : 'the first of the pair should be a string';
    }
    case 'append':
    case 'appendunique':
      return value?.kind === 'tuple' || value?.kind === 'node' ? undefined : 'a node is needed';
    default:
      return undefined;
  }
}

/** Each entry holds two functions, or null, and how often one calls the other. */
function profileProblem(scope: ModuleScope, list: Metadata | undefined): string | undefined {
  for (const entry of elementsOf(list) ?? []) {
    const triple = elementsOf(resolveNode(scope, entry));
    const [from, to, count] = triple ?? [];
    if (triple?.length !== 3) return "an entry of 'CG Profile' has three operands";
    if (!isFunction(scope, from) || !isFunction(scope, to)) {
      return "an entry of 'CG Profile' names functions or null";
    }
    if (integerOf(count) === undefined) return "an entry of 'CG Profile' ends with an integer";
  }
  return undefined;
}

function isFunction(scope: ModuleScope, metadata: Metadata | undefined): boolean {
  if (metadata?.kind === 'null') return true;
  if (metadata?.kind !== 'value') return false;
  const { value } = metadata.value;
  // What expressions and aliases lead to is not followed.
  return value.kind !== 'global' || !scope.module.variables.has(value.name);
}
