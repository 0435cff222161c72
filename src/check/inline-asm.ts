/** @see LangRef, "Inline Assembler Expressions", "Constraint Codes" */
import { unquoteString } from '../ir/index.js';
import type { Call, CallBr, FunctionType, Invoke } from '../ir/index.js';
import { AttributeSet } from './attribute-set.js';
import type { ModuleScope } from './scope.js';
import type { TypeRules } from './type-rules.js';

type Kind = 'output' | 'input' | 'clobber' | 'label';

interface Constraint {
  readonly kind: Kind;
  readonly indirect: boolean;
}

/** What is wrong with constraints for a function type; undefined when nothing is. `quoted` is as spelled. */
export function constraintProblem(
  types: TypeRules,
  type: FunctionType,
  quoted: string,
): string | undefined {
  const constraints = parseConstraints(unquoteString(quoted));
  if (constraints === undefined) return 'these constraints of inline assembly cannot be read';
  const count = { output: 0, input: 0, indirect: 0, clobber: 0, label: 0 };
  for (const { kind, indirect } of constraints) {
    const problem = orderProblem(kind, count);
    if (problem !== undefined) return problem;
    if (kind === 'output' && indirect) {
      count.indirect++;
      count.input++;
    } else count[kind]++;
  }
  if (type.parameters.length !== count.input) {
    return `there are ${count.input} input constraints and ${type.parameters.length} arguments`;
  }
  return outputProblem(types, type, count.output);
}

/** What is wrong with the arguments and labels of a call of inline assembly; undefined when nothing is. */
export function operandProblem(
  { module, types }: ModuleScope,
  call: Call | Invoke | CallBr,
  quoted: string,
): string | undefined {
  const constraints = parseConstraints(unquoteString(quoted)) ?? [];
  const labels = constraints.filter(({ kind }) => kind === 'label').length;
  const targets = call.kind === 'callbr' ? call.indirect.length : 0;
  if (labels !== targets) {
    return call.kind === 'callbr'
      ? `there are ${labels} label constraints and ${targets} labels`
      : 'label constraints are for callbr';
  }
  const passed = constraints.filter(
    ({ kind, indirect }) => kind === 'input' || (kind === 'output' && indirect),
  );
  for (const [at, { indirect }] of passed.entries()) {
    const argument = call.arguments[at];
    if (argument === undefined) continue;
    const hasType = new AttributeSet(module, argument.attributes).has('elementtype');
    if (!indirect && hasType) return "'elementtype' is for indirect constraints";
    if (!indirect) continue;
    if (!types.isPointer(argument.type)) return 'an indirect constraint needs a pointer';
    if (!hasType) return "an indirect constraint needs a pointer with 'elementtype'";
  }
  return undefined;
}

function orderProblem(
  kind: Kind,
  count: { readonly [What in Kind | 'indirect']: number },
): string | undefined {
  if (kind === 'output' && count.input - count.indirect + count.clobber + count.label > 0) {
    return 'an output constraint stands behind an input, a clobber or a label';
  }
  if ((kind === 'input' || kind === 'label') && count.clobber > 0) {
    return `an ${kind} constraint stands behind a clobber`;
  }
  return undefined;
}

function outputProblem(
  types: TypeRules,
  { returns }: FunctionType,
  outputs: number,
): string | undefined {
  const struct = types.struct(returns);
  if (outputs === 0) {
    return returns.kind === 'void' ? undefined : 'inline assembly without outputs returns void';
  }
  if (outputs === 1) {
    return struct === undefined
      ? undefined
      : 'inline assembly with one output returns no structure';
  }
  return struct?.fields.length === outputs
    ? undefined
    : `inline assembly with ${outputs} outputs returns a structure of as many fields`;
}

/** Undefined where the text is no list of constraints. */
function parseConstraints(text: string): Constraint[] | undefined {
  const found: Constraint[] = [];
  if (text === '') return found;
  for (const word of splitConstraints(text)) {
    const constraint = parseConstraint(word, found);
    if (constraint === undefined) return undefined;
    found.push(constraint);
  }
  return found;
}

/** Commas inside a register's braces do not separate. */
function splitConstraints(text: string): string[] {
  return text.split(/,(?![^{]*\})/);
}

// [ '~' | '=' | '!' ] ['*'] { '&' | '%' } code { code }
function parseConstraint(word: string, before: readonly Constraint[]): Constraint | undefined {
  const parts = /^([~=!]?)(\*?)([&%]*)(.+)$/s.exec(word);
  if (parts === null) return undefined;
  const [, prefix = '', star = '', modifiers = '', codes = ''] = parts;
  const kind = KINDS[prefix] ?? 'input';
  if (kind === 'clobber' && !word.startsWith('~{')) return undefined;
  if (modifiers.includes('&') && kind !== 'output') return undefined;
  if (/&.*&|%.*%/.test(modifiers)) return undefined;
  if (!areCodes(codes, kind, before)) return undefined;
  return { kind, indirect: star !== '' };
}

const KINDS: { readonly [prefix: string]: Kind } = { '~': 'clobber', '=': 'output', '!': 'label' };

function areCodes(codes: string, kind: Kind, before: readonly Constraint[]): boolean {
  let rest = codes;
  if (/^[#*]/.test(rest)) return false;
  while (rest !== '') {
    const code = /^(?:\{[^}]*\}|[0-9]+|\^..|@[1-9]|\||[^{])/s.exec(rest)?.[0];
    if (code === undefined) return false;
    if (/^[0-9]/.test(code)) {
      if (kind !== 'input' || before[Number(code)]?.kind !== 'output') return false;
    }
    const length = code.startsWith('@') ? 2 + Number(code.slice(1)) : code.length;
    if (length > rest.length) return false;
    rest = rest.slice(length);
  }
  return true;
}
