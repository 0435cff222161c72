/**
 * What the attributes of parameters and results say together: which exclude each other, which stand once, and what
 * their types must be.
 *
 * @see LangRef, "Parameter Attributes"
 */
import type { Type } from '../ir/index.js';
import type { AttributeSet } from './attribute-set.js';
import type { ModuleScope } from './scope.js';

/** What is wrong, and the attribute that it is wrong with. */
export interface AttributeProblem {
  readonly message: string;
  readonly word: string;
}

/** Each says how an argument is passed; `sret` and `inreg` go together. */
const PASSING = ['byval', 'inalloca', 'preallocated', 'nest', 'byref'] as const;
const IN_MEMORY = ['byval', 'byref', 'inalloca', 'preallocated'] as const;
const ONCE = ['nest', 'returned', 'sret', 'swiftself', 'swiftasync', 'swifterror'] as const;
const EXCLUSIVE: readonly (readonly [string, string])[] = [
  ['inalloca', 'readonly'],
  ['sret', 'returned'],
  ['zeroext', 'signext'],
  ['readnone', 'readonly'],
  ['readnone', 'writeonly'],
  ['readonly', 'writeonly'],
  ['writable', 'readnone'],
  ['writable', 'readonly'],
];
/** LLVM passes no larger object by value. */
const MAXIMUM_PASSED = 2n ** 32n;

/** What is wrong with the attributes of one parameter or result; undefined when nothing is. */
export function setProblem(
  scope: ModuleScope,
  set: AttributeSet,
  type: Type,
): AttributeProblem | undefined {
  if (set.isEmpty) return undefined;
  return exclusionProblem(set) ?? typeProblem(scope, set, type) ?? passedProblem(scope, set);
}

/** The first pair of names of which both are in a set. */
export function exclusivePair(
  set: AttributeSet,
  pairs: readonly (readonly [string, string])[],
): AttributeProblem | undefined {
  const pair = pairs.find(([one, other]) => set.has(one) && set.has(other));
  if (pair === undefined) return undefined;
  const [one, other] = pair;
  return { message: `attributes '${one}' and '${other}' are incompatible`, word: one };
}

function exclusionProblem(set: AttributeSet): AttributeProblem | undefined {
  const others = [...set.names].filter((name) => name !== 'immarg');
  if (set.has('immarg') && others.length > 0) {
    return { message: "'immarg' is incompatible with other attributes", word: 'immarg' };
  }
  const ways: string[] = PASSING.filter((name) => set.has(name));
  const result = set.first(['sret', 'inreg']);
  if (result !== undefined) ways.push(result);
  const [one, other] = ways;
  if (one !== undefined && other !== undefined) {
    return { message: `attributes '${one}' and '${other}' are incompatible`, word: one };
  }
  return exclusivePair(set, EXCLUSIVE);
}

function typeProblem(
  scope: ModuleScope,
  set: AttributeSet,
  type: Type,
): AttributeProblem | undefined {
  if (set.has('noundef') && type.kind === 'void') {
    return { message: "'noundef' does not apply to values of type 'void'", word: 'noundef' };
  }
  // Structures of one type of floating-point numbers count since LLVM 20.
  if (set.has('nofpclass') && !scope.types.holdsFloats(type)) {
    const message = `'nofpclass' does not apply to values of type '${type.text}'`;
    return { message, word: 'nofpclass' };
  }
  const width = /^\s*i([0-9]+)\s/.exec(set.argumentsOf('range') ?? '')?.[1];
  const scalar = scope.types.scalar(type);
  if (width !== undefined && scalar.kind === 'integer' && scalar.bits !== Number(width)) {
    return { message: `a range of i${width} for values of type '${type.text}'`, word: 'range' };
  }
  return undefined;
}

function passedProblem(scope: ModuleScope, set: AttributeSet): AttributeProblem | undefined {
  for (const word of IN_MEMORY) {
    const attribute = set.get(word);
    // That `void` is no object is said where each attribute is looked at.
    if (attribute?.kind !== 'type' || attribute.type.kind === 'void') continue;
    const { type } = attribute;
    if (!scope.types.isSized(type)) {
      return { message: `'${word}' of '${type.text}', which has no size`, word };
    }
    if (scope.sizes.of(type) >= MAXIMUM_PASSED) {
      return { message: `'${word}' of '${type.text}', which is too large to be passed`, word };
    }
  }
  return undefined;
}

/** What is wrong with the parameters of a function or call taken together; undefined when nothing is. */
export function listProblem(
  scope: ModuleScope,
  sets: readonly AttributeSet[],
  types: readonly Type[],
  returns: Type,
): AttributeProblem | undefined {
  for (const word of ONCE) {
    if (sets.filter((set) => set.has(word)).length < 2) continue;
    return { message: `more than one parameter has the attribute '${word}'`, word };
  }
  if (sets.findIndex((set) => set.has('sret')) > 1) {
    return { message: "'sret' is not on the first or second parameter", word: 'sret' };
  }
  const inalloca = sets.findIndex((set) => set.has('inalloca'));
  if (inalloca >= 0 && inalloca < types.length - 1) {
    return { message: "'inalloca' is not on the last parameter", word: 'inalloca' };
  }
  const returned = types[sets.findIndex((set) => set.has('returned'))];
  if (returned !== undefined && !areAlike(scope, returned, returns)) {
    const message = `'returned' on '${returned.text}' in a function that returns '${returns.text}'`;
    return { message, word: 'returned' };
  }
  return undefined;
}

/** Whether a value of one type can be one of the other without a change: vectors of one size can. */
function areAlike(scope: ModuleScope, one: Type, other: Type): boolean {
  if (scope.types.same(one, other)) return true;
  return scope.types.vector(one) !== undefined && scope.types.vector(other) !== undefined;
}
