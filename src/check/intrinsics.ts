/**
 * Calls of intrinsics: signatures, immediates, and where single ones may stand.
 *
 * @see LangRef, "Intrinsic Functions"
 */
import { unquoteString } from '../ir/index.js';
import type {
  Call,
  CallBr,
  FunctionEntity,
  FunctionType,
  Invoke,
  Type,
  Value,
} from '../ir/index.js';
import { signatureOf } from './intrinsic-table.js';
import type { Signature } from './intrinsic-table.js';
import type { BodyScope, ModuleScope } from './scope.js';

type AnyCall = Call | Invoke | CallBr;
type Report = (message: string) => void;

const NEEDS_COLLECTOR = /^@llvm\.gc(?:root|read|write)$/;
/** LLVM replaces these by instructions, whose operands may be anything. */
const REWRITTEN = /^@llvm\.amdgcn\.(?:atomic|ds|flat|global)\./;
const CONSTRAINED = /^@llvm\.experimental\.constrained\./;
const ROUNDINGS = /^round\.(?:dynamic|tonearest|downward|upward|towardzero|tonearestaway)$/;
const EXCEPTIONS = /^fpexcept\.(?:ignore|maytrap|strict)$/;

/** Checks a call of an intrinsic. */
export function checkIntrinsicCall(scope: BodyScope, call: AnyCall): void {
  const { callee } = call;
  if (callee.kind !== 'global' || !callee.name.startsWith('@llvm.')) return;
  if (REWRITTEN.test(callee.name)) return;
  const report: Report = (message) => {
    scope.findings.report('TBX0418', message, scope.findings.locate(callee.name, call));
  };
  const declared = scope.module.functions.get(callee.name);
  const { type } = call.calleeType;
  if (declared !== undefined && !haveSameType(scope, declared, type)) {
    report(`'${callee.name}' is called with another type than it is declared with`);
  } else {
    const problem = signatureProblem(scope, callee.name, type);
    if (problem !== undefined) report(problem);
  }
  checkImmediates(call, callee.name, declared, report);
  checkSingle(scope, call, callee.name, report);
}

function haveSameType(
  { types }: ModuleScope,
  { returns, parameters, variadic }: FunctionEntity,
  type: FunctionType,
): boolean {
  return (
    types.same(returns, type.returns) &&
    // A call of a variadic function may name the types of its arguments alone.
    (variadic || parameters.length === type.parameters.length) &&
    parameters.every(({ type: own }, at) => {
      const other = type.parameters[at];
      return other !== undefined && types.same(own, other);
    })
  );
}

function signatureProblem(
  scope: ModuleScope,
  name: string,
  type: FunctionType,
): string | undefined {
  const signature = signatureOf(name);
  // LLVM rewrites the forms of old versions, which have other numbers of parameters.
  if (signature?.parameters.length !== type.parameters.length) return undefined;
  const bound = bindLetters(scope, signature, type);
  if (signature.variadic !== type.variadic) {
    return `intrinsic '${name}' ${signature.variadic ? 'has' : 'has no'} variadic arguments`;
  }
  const odd = signature.parameters.findIndex(({ type: slot }, at) => {
    const found = type.parameters[at];
    return found === undefined || !fits(scope, slot, found, bound);
  });
  if (odd >= 0) {
    const found = type.parameters[odd]?.text ?? '';
    return `intrinsic '${name}' has an incorrect argument type: '${found}'`;
  }
  if (fits(scope, signature.returns, type.returns, bound)) return undefined;
  return `intrinsic '${name}' has an incorrect return type: '${type.returns.text}'`;
}

/** The first type that stands for each letter; the result comes first, as in LLVM. */
function bindLetters(
  scope: ModuleScope,
  signature: Signature,
  type: FunctionType,
): Map<string, Type> {
  const bound = new Map<string, Type>([[signature.returns, type.returns]]);
  for (const [at, { type: slot }] of signature.parameters.entries()) {
    const found = type.parameters[at];
    if (found !== undefined && !bound.has(slot)) bound.set(slot, found);
  }
  const vector = bound.get('V');
  const element = vector === undefined ? undefined : scope.types.vector(vector)?.element;
  if (element !== undefined) bound.set('e', element);
  return bound;
}

function fits(
  scope: ModuleScope,
  slot: string,
  found: Type,
  bound: ReadonlyMap<string, Type>,
): boolean {
  const { types } = scope;
  if (slot.length > 1) return found.text === slot;
  const needed = bound.get(slot);
  if (needed !== undefined && !types.same(needed, found)) return false;
  switch (slot) {
    case 'I':
      return types.isIntegerLike(found);
    case 'N':
      return types.isInteger(found);
    case 'F':
      return types.isFloatLike(found);
    case 'P':
    case 'Q':
      return types.isPointerLike(found);
    case 'V':
      return types.vector(found) !== undefined;
    default:
      return true;
  }
}

/** Immediates are those of the table, and those that the declaration marks. */
function checkImmediates(
  call: AnyCall,
  name: string,
  declared: FunctionEntity | undefined,
  report: Report,
): void {
  const signature = signatureOf(name);
  const known = signature?.parameters.length === call.calleeType.type.parameters.length;
  for (const [at, { value }] of call.arguments.entries()) {
    const marked = declared?.parameters[at]?.attributes.some(
      (own) => own.kind === 'flag' && own.name === 'immarg',
    );
    const immediate = known && signature.parameters[at]?.immediate === true;
    if (marked !== true && !immediate) continue;
    if (!isVariable(value)) continue;
    report(`argument ${at} of '${name}' must be an immediate`);
    return;
  }
}

function isVariable(value: Value): boolean {
  return value.kind === 'local' || value.kind === 'global' || value.kind === 'keyword';
}

/** What single intrinsics ask for. */
function checkSingle(scope: BodyScope, call: AnyCall, name: string, report: Report): void {
  if (NEEDS_COLLECTOR.test(name) && scope.fn.gc === undefined) {
    report(`'${name}' needs a function that names its garbage collector`);
  }
  if (/^@llvm\.va_start(?:\.p[0-9]+)?$/.test(name) && !scope.fn.variadic) {
    report(`'${name}' is called in a function without variadic arguments`);
  }
  if (/^@llvm\.bswap\./.test(name)) {
    const scalar = scope.types.scalar(call.calleeType.type.returns);
    if (scalar.kind === 'integer' && scalar.bits % 16 !== 0) {
      report(`'${name}' needs an even number of bytes`);
    }
  }
  if (CONSTRAINED.test(name)) checkConstrained(call, name, report);
  const isGuard = /^@llvm\.experimental\.(?:guard|deoptimize)(?:\.|$)/.test(name);
  const states = call.bundles.filter(({ tag }) => tag === '"deopt"');
  if (isGuard && states.length !== 1) report(`'${name}' must have exactly one "deopt" bundle`);
}

/** The last arguments name a rounding and how exceptions are treated. */
function checkConstrained(call: AnyCall, name: string, report: Report): void {
  for (const { value } of call.arguments) {
    if (value.kind !== 'metadata' || value.metadata.kind !== 'string') continue;
    const word = unquoteString(value.metadata.text.slice(1));
    if (word.startsWith('round.') && !ROUNDINGS.test(word)) {
      report(`'${name}': '${word}' is no rounding mode`);
    } else if (word.startsWith('fpexcept.') && !EXCEPTIONS.test(word)) {
      report(`'${name}': '${word}' is no exception behavior`);
    }
  }
}
