/**
 * What the attributes of functions and calls say together, and the values of those that are strings.
 *
 * @see LangRef, "Function Attributes"
 */
import type { Type } from '../ir/index.js';
import { ALLOCATION_KINDS } from './attribute-arguments.js';
import type { AttributeSet } from './attribute-set.js';
import { exclusivePair } from './parameter-attributes.js';
import type { AttributeProblem } from './parameter-attributes.js';
import type { ModuleScope } from './scope.js';

const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['noinline', 'alwaysinline'],
  ['optnone', 'optsize'],
  ['optnone', 'minsize'],
  ['optnone', 'optdebug'],
  ['optdebug', 'optsize'],
  ['optdebug', 'minsize'],
  ['"aarch64_pstate_sm_enabled"', '"aarch64_pstate_sm_compatible"'],
];
/** Of each list, a function has one at most: how it shares a register of Arm's with its caller. */
const SHARING = ['za', 'zt0'].map((register) =>
  ['new', 'in', 'out', 'inout', 'preserves'].map((how) => `"aarch64_${how}_${register}"`),
);

const NUMBERS = ['patchable-function-prefix', 'patchable-function-entry', 'warn-stack-size'];
const TRUTH = ['', 'true', 'false'];
const WORDS: { readonly [key: string]: readonly string[] } = {
  'frame-pointer': ['all', 'non-leaf', 'non-leaf-no-reserve', 'none', 'reserved'],
  'sign-return-address': ['none', 'all', 'non-leaf'],
  'sign-return-address-key': ['a_key', 'b_key'],
  'branch-target-enforcement': TRUTH,
  'branch-protection-pauth-lr': TRUTH,
  'guarded-control-stack': TRUTH,
  'less-precise-fpmad': TRUTH,
  'no-infs-fp-math': TRUTH,
  'no-nans-fp-math': TRUTH,
  'approx-func-fp-math': TRUTH,
  'no-signed-zeros-fp-math': TRUTH,
  'unsafe-fp-math': TRUTH,
  'no-jump-tables': TRUTH,
  'no-inline-line-tables': TRUTH,
  'profile-sample-accurate': TRUTH,
  'use-sample-profile': TRUTH,
};

/** What is wrong with the attributes of a function or call; undefined when nothing is. */
export function functionSetProblem(
  scope: ModuleScope,
  set: AttributeSet,
  parameters: readonly Type[],
): AttributeProblem | undefined {
  if (set.isEmpty) return undefined;
  return (
    exclusivePair(set, EXCLUSIVE) ??
    sharingProblem(set) ??
    requirementProblem(set) ??
    allocationProblem(scope, set, parameters) ??
    stringProblem(set)
  );
}

function sharingProblem(set: AttributeSet): AttributeProblem | undefined {
  for (const names of SHARING) {
    const [one, other] = names.filter((name) => set.has(name));
    if (one === undefined || other === undefined) continue;
    return { message: `attributes '${one}' and '${other}' are incompatible`, word: one };
  }
  return undefined;
}

function requirementProblem(set: AttributeSet): AttributeProblem | undefined {
  if (set.has('optnone') && !set.has('noinline')) {
    return { message: "attribute 'optnone' requires 'noinline'", word: 'optnone' };
  }
  const key = '"sign-return-address-key"';
  if (set.has(key) && !set.has('"sign-return-address"')) {
    return { message: `${key} without "sign-return-address"`, word: key };
  }
  const range = /^\s*([0-9]+)\s*(?:,\s*([0-9]+)\s*)?$/.exec(set.argumentsOf('vscale_range') ?? '');
  const problem = range === null ? undefined : scaleProblem(Number(range[1]), range[2]);
  return problem === undefined ? undefined : { message: problem, word: 'vscale_range' };
}

/** A maximum of 0 is none. */
function scaleProblem(least: number, limit: string | undefined): string | undefined {
  const most = limit === undefined ? least : Number(limit);
  if (least === 0) return "the minimum of 'vscale_range' must be greater than 0";
  if (!isPowerOfTwo(least)) return "the minimum of 'vscale_range' must be a power of two";
  if (most === 0) return undefined;
  if (least > most) return "the minimum of 'vscale_range' cannot be greater than its maximum";
  return isPowerOfTwo(most) ? undefined : "the maximum of 'vscale_range' must be a power of two";
}

function isPowerOfTwo(number: number): boolean {
  return number > 0 && Number.isInteger(Math.log2(number));
}

function allocationProblem(
  scope: ModuleScope,
  set: AttributeSet,
  parameters: readonly Type[],
): AttributeProblem | undefined {
  for (const [number = ''] of (set.argumentsOf('allocsize') ?? '').matchAll(/[0-9]+/g)) {
    const parameter = parameters[Number(number)];
    if (parameter !== undefined && scope.types.isInteger(parameter)) continue;
    const message = `'allocsize' needs an integer parameter of number ${number}`;
    return { message, word: 'allocsize' };
  }
  const kinds = set.argumentsOf('allockind');
  const message = kinds === undefined ? undefined : allocationKindProblem(kinds);
  return message === undefined ? undefined : { message, word: 'allockind' };
}

function allocationKindProblem(text: string): string | undefined {
  const kinds = new Set(text.replaceAll(/["\s]/g, '').split(','));
  // What is no kind at all is said where each attribute is looked at.
  if ([...kinds].some((kind) => !ALLOCATION_KINDS.has(kind))) return undefined;
  const main = ['alloc', 'realloc', 'free'].filter((kind) => kinds.has(kind));
  if (main.length !== 1) return "'allockind' requires exactly one of alloc, realloc and free";
  if (kinds.has('free') && kinds.size > 1) {
    return '\'allockind("free")\' does not allow uninitialized, zeroed or aligned';
  }
  const both = kinds.has('uninitialized') && kinds.has('zeroed');
  return both ? "'allockind' cannot be both zeroed and uninitialized" : undefined;
}

function stringProblem(set: AttributeSet): AttributeProblem | undefined {
  for (const [key, allowed] of Object.entries(WORDS)) {
    const value = set.text(key);
    if (value === undefined || allowed.includes(value)) continue;
    return { message: `invalid value for '${key}': '${value}'`, word: `"${key}"` };
  }
  for (const key of NUMBERS) {
    const value = set.text(key);
    if (value === undefined || /^[0-9]+$/.test(value)) continue;
    return { message: `'${key}' takes an unsigned number, not '${value}'`, word: `"${key}"` };
  }
  return undefined;
}
