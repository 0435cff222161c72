/**
 * Attachments of instructions that LLVM gives a meaning: which instructions have them, and what their nodes hold.
 *
 * @see LangRef, "Metadata", from `tbaa` to `annotation`
 */
import type { Instruction, Metadata, Type } from '../ir/index.js';
import { successors } from '../ir/index.js';
import { elementsOf, integerOf, resolveNode, stringOf } from './nodes.js';
import { rangesProblem } from './range-metadata.js';
import { resultType } from './result-types.js';
import type { BodyScope, ModuleScope } from './scope.js';

interface Attachment {
  readonly scope: BodyScope;
  readonly instruction: Instruction;
  /** What the instruction computes; `void` for nothing. */
  readonly type: Type;
  readonly node: Metadata;
  /** The node's operands; empty where it is no plain node. */
  readonly elements: readonly Metadata[];
}

type Rule = (attachment: Attachment) => string | undefined;

const RULES: { readonly [name: string]: Rule } = {
  '!fpmath': accuracyProblem,
  '!range': rangeProblem,
  '!invariant.group': ({ instruction: { kind } }) =>
    kind === 'load' || kind === 'store' ? undefined : 'is only for loads and stores',
  '!nonnull': (attachment) =>
    pointerLoadProblem(attachment, false) ?? (isEmpty(attachment) ? undefined : 'must be empty'),
  '!align': alignProblem,
  '!dereferenceable': dereferenceableProblem,
  '!dereferenceable_or_null': dereferenceableProblem,
  '!prof': profileProblem,
  '!memprof': memoryProfileProblem,
  '!callsite': (attachment) =>
    isCall(attachment.instruction)
      ? callStackProblem(attachment.elements)
      : 'should only exist on calls',
  '!annotation': annotationProblem,
  '!noalias': scopesProblem,
  '!alias.scope': scopesProblem,
  '!access_group': accessGroupProblem,
  '!llvm.access.group': accessGroupProblem,
};

/** Checks the attachments of an instruction. */
export function checkInstructionAttachments(scope: BodyScope, instruction: Instruction): void {
  for (const { name, node: written } of instruction.attachments) {
    const rule = RULES[name];
    const node = rule === undefined ? undefined : resolveNode(scope, written);
    if (rule === undefined || node === undefined) continue;
    const type = resultType(scope, instruction) ?? scope.module.typeTable.void;
    const elements = elementsOf(node) ?? [];
    const problem = rule({ scope, instruction, type, node, elements });
    if (problem === undefined) continue;
    const where = scope.findings.locate(name, instruction);
    scope.findings.report('TBX0423', `'${name}' ${problem}`, where);
  }
}

function isEmpty({ elements }: Attachment): boolean {
  return elements.length === 0;
}

function isCall({ kind }: Instruction): boolean {
  return kind === 'call' || kind === 'invoke' || kind === 'callbr';
}

function accuracyProblem({ scope, type, elements }: Attachment): string | undefined {
  if (!scope.types.isFloatLike(type)) return 'requires a floating-point result';
  const [accuracy] = elements;
  if (elements.length !== 1 || accuracy?.kind !== 'value') return 'takes one number';
  const { type: own, value } = accuracy.value;
  if (value.kind !== 'float' || own.text !== 'float') return 'takes a number of type float';
  const isPositive = !value.text.startsWith('-') && !/^0x[89a-fA-F]/.test(value.text);
  const isZero = /^\+?0*\.?0*(?:e|$)|^0x0+$/.test(value.text);
  return isPositive && !isZero ? undefined : 'takes a positive number';
}

function rangeProblem({ scope, instruction, type, node }: Attachment): string | undefined {
  const { kind } = instruction;
  if (kind !== 'load' && kind !== 'call' && kind !== 'invoke') {
    return 'is only for loads, calls and invokes';
  }
  return rangesProblem(elementsOf(node), scope.types.scalar(type), false);
}

function pointerLoadProblem(
  { scope, instruction, type }: Attachment,
  alsoConversions: boolean,
): string | undefined {
  if (!scope.types.isPointer(type)) return 'applies only to pointers';
  const isConversion = instruction.kind === 'cast' && instruction.opcode === 'inttoptr';
  if (instruction.kind === 'load' || (alsoConversions && isConversion)) return undefined;
  return alsoConversions ? 'applies only to load and inttoptr' : 'applies only to loads';
}

function alignProblem(attachment: Attachment): string | undefined {
  const problem = pointerLoadProblem(attachment, false) ?? oneNumberProblem(attachment);
  if (problem !== undefined) return problem;
  const text = integerOf(attachment.elements[0])?.text ?? '';
  const isPower = text.length < 20 && Number(text) > 0 && Number.isInteger(Math.log2(Number(text)));
  if (!isPower) return 'takes a power of two';
  return Number(text) > 2 ** 32 ? 'takes 4294967296 at most' : undefined;
}

function dereferenceableProblem(attachment: Attachment): string | undefined {
  return pointerLoadProblem(attachment, true) ?? oneNumberProblem(attachment);
}

function oneNumberProblem({ elements }: Attachment): string | undefined {
  if (elements.length !== 1) return 'takes one operand';
  return integerOf(elements[0])?.type === 'i64' ? undefined : 'takes an i64';
}

function profileProblem({ instruction, elements }: Attachment): string | undefined {
  const [name, origin] = elements;
  if (elements.length < 2) return 'has two operands or more';
  if (name?.kind !== 'string') return 'begins with the name of what was counted';
  if (stringOf(name) !== 'branch_weights') return undefined;
  const weights = elements.slice(stringOf(origin) === undefined ? 1 : 2);
  const expected = branchCount(instruction);
  if (expected === undefined) return 'with branch weights is not for this instruction';
  const isInvoke = instruction.kind === 'invoke' && weights.length === 1;
  if (weights.length !== expected && !isInvoke) {
    return `has ${weights.length} weights where the instruction has ${expected} ways`;
  }
  return weights.every((weight) => integerOf(weight) !== undefined)
    ? undefined
    : 'has a weight that is no integer';
}

function branchCount(instruction: Instruction): number | undefined {
  switch (instruction.kind) {
    case 'call':
      return 1;
    case 'select':
      return 2;
    case 'br':
    case 'switch':
    case 'indirectbr':
    case 'invoke':
    case 'callbr':
      return successors(instruction).length;
    default:
      return undefined;
  }
}

function memoryProfileProblem({ scope, instruction, elements }: Attachment): string | undefined {
  if (!isCall(instruction)) return 'should only exist on calls';
  if (elements.length === 0) return 'has one block of information or more';
  for (const element of elements) {
    const [stack, ...tags] = elementsOf(resolveNode(scope, element)) ?? [];
    if (stack === undefined || tags.length === 0) return 'has a block of fewer than two operands';
    const calls = elementsOf(resolveNode(scope, stack));
    if (calls === undefined) return 'has a block that does not begin with a call stack';
    const problem = callStackProblem(calls);
    if (problem !== undefined) return problem;
    if (!areTags(scope, tags)) return 'has a tag that is no string';
  }
  return undefined;
}

/** The last may be a size, or a list of sizes since LLVM 20. */
function areTags(scope: ModuleScope, tags: readonly Metadata[]): boolean {
  return tags.every((tag, at) => {
    if (tag.kind === 'string' || at === 0)
      return tag.kind === 'string' || integerOf(tag) !== undefined;
    return integerOf(tag) !== undefined || elementsOf(resolveNode(scope, tag)) !== undefined;
  });
}

function callStackProblem(elements: readonly Metadata[]): string | undefined {
  if (elements.length === 0) return 'has an empty call stack';
  const areNumbers = elements.every((element) => integerOf(element) !== undefined);
  return areNumbers ? undefined : 'has a call stack of something else than integers';
}

function annotationProblem({ scope, node, elements }: Attachment): string | undefined {
  if (node.kind !== 'tuple') return 'must be a plain node';
  if (elements.length === 0) return 'must have at least one operand';
  const areTexts = elements.every((element) => {
    if (element.kind === 'string') return true;
    return elementsOf(resolveNode(scope, element))?.every(({ kind }) => kind === 'string') === true;
  });
  return areTexts ? undefined : 'holds strings and nodes of strings';
}

function scopesProblem({ scope, elements }: Attachment): string | undefined {
  for (const element of elements) {
    const parts = elementsOf(resolveNode(scope, element));
    if (parts === undefined) return 'is a list of scopes';
    const problem = scopeProblem(scope, parts, element);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function scopeProblem(
  scope: ModuleScope,
  parts: readonly Metadata[],
  self: Metadata,
): string | undefined {
  if (parts.length < 2 || parts.length > 3) return 'has a scope without two or three operands';
  if (!isNameOrSelf(parts[0], self))
    return 'has a scope that begins with neither itself nor a string';
  if (parts[2] !== undefined && parts[2].kind !== 'string') {
    return 'has a scope whose third operand is no string';
  }
  const [, of] = parts;
  const domain = elementsOf(resolveNode(scope, of));
  if (domain === undefined) return 'has a scope whose second operand is no domain';
  if (domain.length === 0 || domain.length > 2) {
    return 'has a domain without one or two operands';
  }
  if (of === undefined || !isNameOrSelf(domain[0], of)) {
    return 'has a domain that begins with neither itself nor a string';
  }
  return domain[1] === undefined || domain[1].kind === 'string'
    ? undefined
    : 'has a domain whose second operand is no string';
}

function isNameOrSelf(first: Metadata | undefined, self: Metadata): boolean {
  if (first?.kind === 'string') return true;
  return first?.kind === 'reference' && self.kind === 'reference' && first.id === self.id;
}

function accessGroupProblem({ scope, node, elements }: Attachment): string | undefined {
  if (isAccessGroup(node)) return undefined;
  return elements.every((element) => isAccessGroup(resolveNode(scope, element)))
    ? undefined
    : 'has something that is no access group: an empty distinct node';
}

function isAccessGroup(node: Metadata | undefined): boolean {
  return node?.kind === 'tuple' && node.distinct && node.elements.length === 0;
}
