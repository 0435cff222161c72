/**
 * `musttail`: the callee takes over the caller's frame, so both must agree about all that a frame holds.
 *
 * @see LangRef, "'call' Instruction", `musttail`
 */
import type { Attribute, Block, Call, Instruction, Type } from '../ir/index.js';
import { INSTRUCTION_FACTS } from '../ir/index.js';
import { AttributeSet } from './attribute-set.js';
import type { BodyScope } from './scope.js';

/** Attributes that say how an argument is passed. */
const PASSING = [
  'sret',
  'byval',
  'inalloca',
  'inreg',
  'alignstack',
  'swiftself',
  'swiftasync',
  'swifterror',
  'preallocated',
  'byref',
] as const;
/** Those that conventions made for tail calls cannot have. */
const NEVER_IN_TAIL = ['inalloca', 'inreg', 'swifterror', 'preallocated', 'byref'] as const;

/** Checks the `musttail` calls of a block. */
export function checkTailCalls(scope: BodyScope, { instructions }: Block): void {
  const real = instructions.filter(({ kind }) => !INSTRUCTION_FACTS[kind].pseudo);
  for (const [at, instruction] of real.entries()) {
    if (instruction.kind !== 'call' || instruction.tail !== 'musttail') continue;
    const problem =
      prototypeProblem(scope, instruction) ?? returnProblem(instruction, real.slice(at + 1));
    if (problem === undefined) continue;
    const where = scope.findings.locate('musttail', instruction);
    scope.findings.report('TBX0417', problem, where);
  }
}

function prototypeProblem(scope: BodyScope, call: Call): string | undefined {
  const { fn } = scope;
  const { type } = call.calleeType;
  const cannot = (what: string): string => `cannot guarantee a tail call: mismatched ${what}`;
  if (call.callee.kind === 'asm') return 'inline assembly cannot be called by musttail';
  // '...' where there is nothing to pass on is said where calls are looked at.
  if (fn.variadic !== type.variadic && !call.forwardsVariadic) return cannot('variadic arguments');
  if (!scope.types.same(fn.returns, type.returns)) return cannot('return types');
  const convention = conventionOf(fn.callingConvention);
  const called = conventionOf(call.callingConvention);
  if (convention !== called) return cannot('calling conventions');
  if (convention === 'tailcc' || convention === 'swifttailcc') {
    return tailConventionProblem(scope, call, convention);
  }
  if (!isIntrinsic(call) && !haveSameTypes(scope, type.parameters)) return cannot('parameters');
  return haveSamePassing(scope, call) ? undefined : cannot('attributes that say how to pass');
}

const CONVENTION_NUMBERS: { readonly [number: string]: string } = {
  'cc 0': 'ccc',
  'cc 8': 'fastcc',
  'cc 9': 'coldcc',
  'cc 10': 'ghccc',
  'cc 13': 'anyregcc',
  'cc 14': 'preserve_mostcc',
  'cc 15': 'preserve_allcc',
  'cc 16': 'swiftcc',
  'cc 17': 'cxx_fast_tlscc',
  'cc 18': 'tailcc',
  'cc 20': 'swifttailcc',
};

function conventionOf(written: string | undefined): string {
  const text = (written ?? 'ccc').replaceAll(/\s+/g, ' ');
  return CONVENTION_NUMBERS[text.replace(/^cc(?=[0-9])/, 'cc ')] ?? text;
}

function isIntrinsic({ callee }: Call): boolean {
  return callee.kind === 'global' && callee.name.startsWith('@llvm.');
}

function haveSameTypes({ fn, types }: BodyScope, parameters: readonly Type[]): boolean {
  return (
    fn.parameters.length === parameters.length &&
    fn.parameters.every(({ type }, at) => {
      const other = parameters[at];
      return other !== undefined && types.same(type, other);
    })
  );
}

function haveSamePassing(scope: BodyScope, call: Call): boolean {
  return scope.fn.parameters.every(
    ({ attributes }, at) =>
      passing(scope, attributes) === passing(scope, call.arguments[at]?.attributes ?? []),
  );
}

/** The attributes that say how an argument is passed, as a text to compare. */
function passing(scope: BodyScope, attributes: readonly Attribute[]): string {
  const set = new AttributeSet(scope.module, attributes);
  const inMemory = set.has('byval') || set.has('byref');
  const names: readonly string[] = inMemory ? [...PASSING, 'align'] : PASSING;
  return names.flatMap((name) => spell(set.get(name)) ?? []).join(' ');
}

function spell(attribute: Attribute | undefined): string | undefined {
  switch (attribute?.kind) {
    case 'flag':
      return attribute.name;
    case 'integer':
      return `${attribute.name}(${attribute.value})`;
    case 'type':
      return `${attribute.name}(${attribute.type.text})`;
    default:
      return undefined;
  }
}

function tailConventionProblem(
  scope: BodyScope,
  call: Call,
  convention: string,
): string | undefined {
  if (scope.fn.variadic) return `a '${convention}' tail call in a variadic function`;
  for (const { attributes } of [...scope.fn.parameters, ...call.arguments]) {
    const name = new AttributeSet(scope.module, attributes).first(NEVER_IN_TAIL);
    if (name !== undefined) return `'${name}' is not allowed in a '${convention}' tail call`;
  }
  return undefined;
}

/** The call is followed by a return of what it returned, with a conversion between them at most. */
function returnProblem(call: Call, [first, second]: readonly Instruction[]): string | undefined {
  const isCast = first?.kind === 'cast' && first.opcode === 'bitcast';
  if (isCast && !isLocal(first.operand.value, call.result)) {
    return 'a bitcast behind a musttail call must use the call';
  }
  const returned = isCast ? first.result : call.result;
  const last = isCast ? second : first;
  if (last?.kind !== 'ret') return 'a musttail call must precede a ret with an optional bitcast';
  const value = last.value?.value;
  const isNone =
    value === undefined ||
    (value.kind === 'keyword' && (value.keyword === 'undef' || value.keyword === 'poison'));
  return isNone || isLocal(value, returned) ? undefined : 'a musttail call must be returned';
}

function isLocal(value: { readonly kind: string }, name: string | undefined): boolean {
  return 'name' in value && value.kind === 'local' && value.name === name;
}
