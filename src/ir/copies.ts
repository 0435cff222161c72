/**
 * Copies of instructions with other operands, which are printed from the tree.
 *
 * The fields are written out, in the order in which the parser writes them, and not spread: V8 gives each place that
 * spreads an object a hidden class of its own, and code that was compiled for the classes seen so far is thrown away
 * with every new one. So all instructions of a kind have one class, wherever they were made.
 */
import type * as ir from './model/index.js';
import type { Type, TypedValue, Value } from './model/index.js';

export function copyRet(from: ir.Ret, value: TypedValue | undefined): ir.Ret {
  return {
    kind: 'ret',
    value,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyBr(from: ir.Br, condition: TypedValue | undefined): ir.Br {
  return {
    kind: 'br',
    condition,
    ifTrue: from.ifTrue,
    ifFalse: from.ifFalse,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copySwitch(
  from: ir.Switch,
  value: TypedValue,
  cases: readonly ir.SwitchCase[],
): ir.Switch {
  return {
    kind: 'switch',
    value,
    defaultTarget: from.defaultTarget,
    cases,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyBinary(from: ir.Binary, type: Type, left: Value, right: Value): ir.Binary {
  return {
    kind: 'binary',
    opcode: from.opcode,
    flags: from.flags,
    type,
    left,
    right,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyICmp(from: ir.ICmp, type: Type, left: Value, right: Value): ir.ICmp {
  return {
    kind: 'icmp',
    flags: from.flags,
    predicate: from.predicate,
    type,
    left,
    right,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyFCmp(from: ir.FCmp, type: Type, left: Value, right: Value): ir.FCmp {
  return {
    kind: 'fcmp',
    flags: from.flags,
    predicate: from.predicate,
    type,
    left,
    right,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyLoad(
  from: ir.Load,
  type: Type,
  pointer: TypedValue,
  volatile = from.volatile,
): ir.Load {
  return {
    kind: 'load',
    volatile,
    type,
    pointer,
    atomic: from.atomic,
    alignment: from.alignment,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyStore(from: ir.Store, value: TypedValue, pointer: TypedValue): ir.Store {
  return {
    kind: 'store',
    volatile: from.volatile,
    value,
    pointer,
    atomic: from.atomic,
    alignment: from.alignment,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyGetElementPtr(
  from: ir.GetElementPtr,
  pointer: TypedValue,
  indices: readonly TypedValue[],
): ir.GetElementPtr {
  return {
    kind: 'getelementptr',
    flags: from.flags,
    sourceElementType: from.sourceElementType,
    pointer,
    indices,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyCast(from: ir.Cast, operand: TypedValue, type: Type): ir.Cast {
  return {
    kind: 'cast',
    opcode: from.opcode,
    flags: from.flags,
    operand,
    type,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyFreeze(from: ir.Freeze, operand: TypedValue): ir.Freeze {
  return {
    kind: 'freeze',
    operand,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copyPhi(from: ir.Phi, type: Type, incoming: readonly ir.PhiEdge[]): ir.Phi {
  return {
    kind: 'phi',
    flags: from.flags,
    type,
    incoming,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

export function copySelect(
  from: ir.Select,
  condition: TypedValue,
  ifTrue: TypedValue,
  ifFalse: TypedValue,
): ir.Select {
  return {
    kind: 'select',
    flags: from.flags,
    condition,
    ifTrue,
    ifFalse,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}

/** What a copy of a call may differ in. */
export interface CallChanges {
  readonly calleeType?: ir.CalleeType;
  readonly callee?: Value;
  readonly arguments?: readonly ir.Argument[];
  readonly functionAttributes?: ir.Call['functionAttributes'];
  readonly bundles?: readonly ir.OperandBundle[];
}

/** @param tail whether the copy is a tail call: `from.tail`, mostly */
export function copyCall(from: ir.Call, tail: ir.Call['tail'], changes: CallChanges): ir.Call {
  return {
    kind: 'call',
    tail,
    flags: from.flags,
    callingConvention: from.callingConvention,
    returnAttributes: from.returnAttributes,
    addressSpace: from.addressSpace,
    calleeType: changes.calleeType ?? from.calleeType,
    callee: changes.callee ?? from.callee,
    arguments: changes.arguments ?? from.arguments,
    forwardsVariadic: from.forwardsVariadic,
    functionAttributes: changes.functionAttributes ?? from.functionAttributes,
    bundles: changes.bundles ?? from.bundles,
    result: from.result,
    attachments: from.attachments,
    start: from.start,
    end: from.end,
    verbatim: false,
  };
}
