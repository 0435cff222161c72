/** Where calls go, and what intrinsics and assembly do. */
import { unquoteString } from '../../ir/names.js';
import type { Argument, Call, InlineAsm } from '../../ir/model/index.js';
import { scalar } from './addresses.js';
import { copies } from './attributes.js';
import type { BodyChecker } from './body.js';
import { intrinsicKind, isIntrinsic } from './intrinsics.js';
import { constantOf } from './slots.js';

/**
 * Values in registers that code generation chooses, addresses of memory that nothing touches, and clobbers. Other
 * indirect operands are stored to, and named registers could be the stack pointer.
 */
const CONSTRAINT =
  /^(?:=?&?[a-zA-Z\d]+|=?\*m|~\{(?:memory|dirflag|fpsr|flags|cc|[re]?[abcd]x|[re]?[sd]i|r\d+|xmm\d+)\})$/;

export function checkCall(call: Call, checker: BodyChecker): void {
  const { callee } = call;
  checkArguments(call, checker);
  if (callee.kind === 'asm') checkAssembly(call, callee, checker);
  else if (callee.kind !== 'global') checkIndirect(call, checker);
  else if (isIntrinsic(callee.name)) checkIntrinsic(call, callee.name, checker);
  else if (!checker.module.functions.has(callee.name)) checkNamed(call, callee.name, checker);
  if (call.bundles.length > 0)
    checker.refuse('TBV0107', call, 'operand bundles may ask code generation for accesses');
}

function checkArguments(call: Call, checker: BodyChecker): void {
  for (const { attributes } of call.arguments) {
    if (copies(attributes))
      checker.refuse(
        'TBV0104',
        call,
        'an argument that code generation copies to the native stack',
      );
  }
}

function checkAssembly(call: Call, callee: InlineAsm, checker: BodyChecker): void {
  const isEmpty = unquoteString(callee.template) === '';
  const isPlain = unquoteString(callee.constraints)
    .split(',')
    .every((constraint) => constraint === '' || CONSTRAINT.test(constraint));
  if (!isEmpty || !isPlain) checker.refuse('TBV0106', call, 'inline assembly');
}

function checkIndirect(call: Call, checker: BodyChecker): void {
  if (!checker.addresses.isCodeAddress(call.callee))
    checker.refuse('TBV0104', call, 'a call that does not go through the call table');
}

/** An alias of a function is as good as its name. */
function checkNamed(call: Call, name: string, { module, refuse }: BodyChecker): void {
  const target = module.aliases.get(name)?.aliasee.value;
  if (target?.kind === 'global' && module.functions.has(target.name)) return;
  refuse('TBV0104', call, `${name} is not a function of this module`);
}

function checkIntrinsic(call: Call, name: string, checker: BodyChecker): void {
  const kind = intrinsicKind(name);
  if (kind === undefined) {
    checker.refuse('TBV0105', call, `${name} is not on the list of intrinsics`);
    return;
  }
  if (kind === 'remark') return;
  for (const argument of call.arguments) {
    if (!isPointer(argument)) continue;
    if (kind === 'values')
      checker.refuse('TBV0105', call, `${name} is known without pointers only`);
    else if (
      !checker.addresses.isConfined(argument.type, argument.value) &&
      !fills(call, argument, checker)
    )
      checker.refuse('TBV0105', call, `${name} with an address that is not confined`);
  }
}

/** Whether an inline memory intrinsic stays inside a native slot. */
function fills(call: Call, { value }: Argument, { slots }: BodyChecker): boolean {
  const place = slots.placeOf(value);
  const length = call.arguments[2] && constantOf(call.arguments[2].value);
  if (place === undefined || length === undefined || length < 0) return false;
  return place.offset >= 0 && place.offset + length <= place.size;
}

function isPointer({ type }: Argument): boolean {
  return scalar(type).kind === 'pointer';
}
