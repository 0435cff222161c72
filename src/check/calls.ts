/** @see LangRef, "'call' Instruction", "'invoke' Instruction", "'callbr' Instruction" */
import type * as ir from '../ir/index.js';
import type { CheckCode } from './findings.js';
import { constraintProblem, operandProblem } from './inline-asm.js';
import { checkBundles } from './bundles.js';
import { checkIntrinsicCall } from './intrinsics.js';
import { checkFastMath } from './operations.js';
import type { BodyScope, Place } from './scope.js';
import { checkValue } from './values.js';

type Report = (code: CheckCode, message: string, word?: string) => void;
type AnyCall = ir.Call | ir.Invoke | ir.CallBr;

export function checkCall(scope: BodyScope, call: AnyCall, place: Place, report: Report): void {
  checkCallee(scope, call, place, report);
  checkArguments(scope, call, report);
  const { returns } = call.calleeType.type;
  if (returns.kind === 'function' || returns.kind === 'label' || returns.kind === 'metadata') {
    report('TBX0403', `no function returns '${returns.text}'`);
  }
  checkPassable(call, report);
  checkIntrinsicCall(scope, call);
  checkBundles(scope, call, report);
  if (call.kind !== 'call') return;
  checkFastMath(scope, 'call', returns, call.flags, report);
  if (call.tail === 'musttail') checkForwarding(scope, call, report);
}

/** Metadata and tokens are for intrinsics. */
function checkPassable({ callee, calleeType }: AnyCall, report: Report): void {
  const isDirect = callee.kind === 'global';
  if (isDirect && callee.name.startsWith('@llvm.')) return;
  const { returns, parameters } = calleeType.type;
  const odd = parameters.find(({ kind }) => kind === 'metadata' || kind === 'token');
  if (odd !== undefined) report('TBX0403', `only intrinsics take '${odd.text}'`);
  if (isDirect || (returns.kind !== 'token' && returns.kind !== 'x86_amx')) return;
  report('TBX0403', `no indirect call returns '${returns.text}'`);
}

function checkCallee(scope: BodyScope, call: AnyCall, place: Place, report: Report): void {
  const { callee, calleeType } = call;
  if (callee.kind === 'asm') {
    const message =
      constraintProblem(scope.types, calleeType.type, callee.constraints) ??
      operandProblem(scope, call, callee.constraints);
    if (message !== undefined) report('TBX0417', message, 'asm');
    return;
  }
  if (callee.kind === 'global' && isIntrinsic(scope, callee.name)) return;
  const space = call.addressSpace ?? scope.programAddressSpace;
  checkValue(scope, scope.module.typeTable.pointer(space), callee, place);
}

/** Intrinsics may be called without a declaration since LLVM 17, and can only be called. */
function isIntrinsic(scope: BodyScope, name: string): boolean {
  const kind = scope.globals.get(name)?.kind;
  return name.startsWith('@llvm.') && (kind === undefined || kind === 'function');
}

function checkArguments(scope: BodyScope, call: AnyCall, report: Report): void {
  const { type, explicit } = call.calleeType;
  const args = call.arguments;
  if (!explicit) {
    const odd = args.find(({ type: own }) => !scope.types.isFirstClass(own));
    if (odd !== undefined) report('TBX0403', `'${odd.type.text}' cannot be passed`);
    return;
  }
  if (args.length < type.parameters.length) {
    report(
      'TBX0417',
      `the callee takes ${type.parameters.length} arguments, here are ${args.length}`,
    );
  } else if (args.length > type.parameters.length && !type.variadic) {
    report(
      'TBX0417',
      `the callee takes ${type.parameters.length} arguments, here are ${args.length}`,
    );
  }
  for (const [at, needed] of type.parameters.entries()) {
    const found = args[at]?.type;
    if (found === undefined || scope.types.same(found, needed)) continue;
    report('TBX0417', `argument ${at} must have type '${needed.text}', not '${found.text}'`);
  }
}

/** A `musttail` call in a variadic function passes its variadic arguments on, and no other does. */
function checkForwarding(scope: BodyScope, call: ir.Call, report: Report): void {
  const forwards = call.forwardsVariadic;
  if (forwards === scope.fn.variadic) return;
  const message = forwards
    ? "'...' needs a function that has variadic arguments to pass on"
    : "a 'musttail' call in a variadic function must end its arguments with '...'";
  report('TBX0417', message);
}
