/**
 * Attachments of functions and variables that LLVM gives a meaning.
 *
 * @see LangRef, "'absolute_symbol' Metadata", "'associated' Metadata", "'prof' Metadata", "'kcfi_type' Metadata"
 */
import type { FunctionEntity, GlobalVariable, Metadata, Span } from '../ir/index.js';
import { elementsOf, integerOf, resolveNode, stringOf } from './nodes.js';
import { rangesProblem } from './range-metadata.js';
import type { ModuleScope } from './scope.js';

type Owner = FunctionEntity | GlobalVariable;

const COUNTS: ReadonlySet<string | undefined> = new Set([
  'function_entry_count',
  'synthetic_function_entry_count',
  'unknown',
]);
/** Of each of these a function has one. */
const ONCE: ReadonlySet<string> = new Set(['!prof', '!kcfi_type']);

type Rule = (
  scope: ModuleScope,
  owner: Owner,
  elements: readonly Metadata[] | undefined,
) => string | undefined;

const RULES: { readonly [name: string]: Rule } = {
  '!absolute_symbol': ({ module }, _, elements) =>
    rangesProblem(elements, module.typeTable.integer(64), true),
  '!associated': associationProblem,
  '!prof': (_, owner, elements) => {
    if (owner.kind !== 'function') return undefined;
    return owner.body === undefined
      ? 'is for definitions'
      : countProblem(elements?.[0], elements?.[1]);
  },
  '!kcfi_type': (_, owner, elements) => {
    if (owner.kind !== 'function') return undefined;
    return elements?.length === 1 && integerOf(elements[0])?.type === 'i32'
      ? undefined
      : 'has one operand, an i32';
  },
};

/** Checks the attachments of a function or variable. */
export function checkGlobalAttachments(scope: ModuleScope, owner: Owner, place: Span): void {
  const seen = new Set<string>();
  for (const { name, node } of owner.attachments) {
    const rule = RULES[name];
    if (rule === undefined) continue;
    const problem =
      ONCE.has(name) && owner.kind === 'function' && seen.has(name)
        ? 'stands here twice'
        : rule(scope, owner, elementsOf(resolveNode(scope, node)));
    seen.add(name);
    if (problem === undefined) continue;
    scope.findings.report('TBX0423', `'${name}' ${problem}`, scope.findings.locate(name, place));
  }
}

function associationProblem(
  scope: ModuleScope,
  owner: Owner,
  elements: readonly Metadata[] | undefined,
): string | undefined {
  const [only] = elements ?? [];
  if (elements?.length !== 1) return 'must have one operand';
  if (only?.kind !== 'value') return 'must name a global';
  const { type, value } = only.value;
  if (!scope.types.isPointer(type)) return 'must name something that is a pointer';
  return value.kind === 'global' && value.name === owner.name
    ? 'should not associate a global with itself'
    : undefined;
}

/** `unknown` has no count, since LLVM 21. */
function countProblem(name: Metadata | undefined, count: Metadata | undefined): string | undefined {
  if (name?.kind !== 'string') return 'begins with the name of what was counted';
  if (!COUNTS.has(stringOf(name))) return 'of a function counts how often it is entered';
  if (stringOf(name) === 'unknown') return undefined;
  return count?.kind === 'value' ? undefined : 'has a count that is no constant';
}
