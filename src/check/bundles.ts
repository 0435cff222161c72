/** @see LangRef, "Operand Bundles" */
import type {
  Call,
  CallBr,
  Instruction,
  Invoke,
  OperandBundle,
  TypedValue,
  Value,
} from '../ir/index.js';
import type { CheckCode } from './findings.js';
import type { BodyScope } from './scope.js';

type Report = (code: CheckCode, message: string, word?: string) => void;

type Rule = (scope: BodyScope, bundle: OperandBundle) => string | undefined;

/** Bundles that a call has once at most, and what they hold where that is fixed. */
const ONCE: ReadonlyMap<string, Rule | undefined> = new Map<string, Rule | undefined>([
  ['deopt', undefined],
  ['gc-transition', undefined],
  ['gc-live', undefined],
  ['clang.arc.attachedcall', undefined],
  ['cfguardtarget', (_, { inputs }) => (inputs.length === 1 ? undefined : 'has one operand')],
  ['funclet', funcletProblem],
  ['preallocated', (_, { inputs }) => (inputs.length === 1 ? undefined : 'has one operand')],
  ['ptrauth', authenticationProblem],
  ['kcfi', typeProblem],
]);

/** Checks the operand bundles of a call. */
export function checkBundles(
  scope: BodyScope,
  { bundles, callee }: Call | Invoke | CallBr,
  report: Report,
): void {
  const seen = new Set<string>();
  for (const bundle of bundles) {
    const { tag } = bundle;
    const name = tag.slice(1, -1);
    if (!ONCE.has(name)) continue;
    if (seen.has(tag)) report('TBX0417', `more than one ${tag} bundle`, tag);
    seen.add(tag);
    const problem = ONCE.get(name)?.(scope, bundle);
    if (problem !== undefined) report('TBX0417', `the ${tag} bundle ${problem}`, tag);
  }
  const direct = callee.kind === 'global' && scope.module.functions.has(callee.name);
  if (direct && seen.has('"ptrauth"')) {
    report('TBX0417', 'a direct call cannot have a "ptrauth" bundle', '"ptrauth"');
  }
}

/** Whether a value is the function, an intrinsic too, that the runtime of Objective-C calls behind a call. */
export function isAttachedCall(instruction: Instruction, value: Value): boolean {
  return (
    'bundles' in instruction &&
    instruction.bundles.some(
      ({ tag, inputs }) =>
        tag === '"clang.arc.attachedcall"' && inputs.some((input) => input.value === value),
    )
  );
}

function funcletProblem(scope: BodyScope, { inputs }: OperandBundle): string | undefined {
  const [pad] = inputs;
  if (pad === undefined || inputs.length > 1) return 'has one operand';
  const { value } = pad;
  const kind = value.kind === 'local' ? scope.definitions.get(value.name)?.kind : undefined;
  return kind === 'catchpad' || kind === 'cleanuppad'
    ? undefined
    : 'needs a catchpad or a cleanuppad';
}

function authenticationProblem(_: BodyScope, { inputs }: OperandBundle): string | undefined {
  const [key, value, ...rest] = inputs;
  if (key === undefined || value === undefined || rest.length > 0) return 'has two operands';
  if (!isConstant(key, 'i32')) return 'needs an i32 constant as its key';
  return value.type.text === 'i64' ? undefined : 'needs an i64 to tell pointers apart by';
}

function typeProblem(_: BodyScope, { inputs }: OperandBundle): string | undefined {
  const [only, ...rest] = inputs;
  if (only === undefined || rest.length > 0) return 'has one operand';
  return isConstant(only, 'i32') ? undefined : 'needs an i32 constant';
}

function isConstant({ type, value }: TypedValue, needed: string): boolean {
  return type.text === needed && value.kind === 'integer';
}
