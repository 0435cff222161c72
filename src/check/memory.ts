/** @see LangRef, "Memory Access and Addressing Operations" */
import type * as ir from '../ir/index.js';
import type { Type } from '../ir/index.js';
import { checkAddressSpace, checkAlignment } from './alignment.js';
import { scalarBits } from './conversions.js';
import type { CheckCode } from './findings.js';
import { addressProblem } from './indices.js';
import type { BodyScope, Place } from './scope.js';
import { NEVER_IN_MEMORY } from './type-rules.js';

type Report = (code: CheckCode, message: string, word?: string) => void;

const RELEASING: ReadonlySet<string> = new Set(['release', 'acq_rel']);
const ACQUIRING: ReadonlySet<string> = new Set(['acquire', 'acq_rel']);
const FAILURE_ORDERINGS: ReadonlySet<string> = new Set(['monotonic', 'acquire', 'seq_cst']);

export function checkAlloca(
  scope: BodyScope,
  alloca: ir.Alloca,
  place: Place,
  report: Report,
): void {
  const { allocatedType, count } = alloca;
  checkAlignment(scope, alloca.alignment, place);
  checkAddressSpace(scope, alloca.addressSpace, place);
  const odd = NEVER_IN_MEMORY.has(allocatedType.kind)
    ? allocatedType
    : scope.types.misplaced(allocatedType);
  if (odd !== undefined) {
    report('TBX0403', `'${allocatedType.text}' cannot be allocated`, odd.text);
  } else if (!scope.types.isSized(allocatedType)) {
    report('TBX0403', `'${allocatedType.text}' has no size and cannot be allocated`);
  }
  if (count !== undefined && !scope.types.isInteger(count.type)) {
    report('TBX0402', `the number of elements must be an integer, not '${count.type.text}'`);
  }
}

export function checkLoad(scope: BodyScope, load: ir.Load, place: Place, report: Report): void {
  checkAlignment(scope, load.alignment, place);
  checkPointer(scope, load.pointer.type, report);
  checkInMemory(scope, load.type, report);
  if (load.atomic === undefined) return;
  checkAtomicAccess(scope, load.type, load.alignment, report);
  if (RELEASING.has(load.atomic.ordering)) {
    report('TBX0408', `a load cannot have the ordering '${load.atomic.ordering}'`);
  }
}

export function checkStore(scope: BodyScope, store: ir.Store, place: Place, report: Report): void {
  checkAlignment(scope, store.alignment, place);
  checkPointer(scope, store.pointer.type, report);
  checkInMemory(scope, store.value.type, report);
  if (store.atomic === undefined) return;
  checkAtomicAccess(scope, store.value.type, store.alignment, report);
  if (ACQUIRING.has(store.atomic.ordering)) {
    report('TBX0408', `a store cannot have the ordering '${store.atomic.ordering}'`);
  }
}

function checkPointer(scope: BodyScope, type: Type, report: Report): void {
  if (scope.types.isPointer(type)) return;
  report('TBX0402', `a pointer is needed here, not '${type.text}'`);
}

function checkInMemory(scope: BodyScope, type: Type, report: Report): void {
  if (scope.types.isFirstClass(type) && scope.types.isSized(type)) return;
  report('TBX0403', `'${type.text}' has no size: it cannot be loaded or stored`);
}

function checkAtomicAccess(
  scope: BodyScope,
  type: Type,
  alignment: number | undefined,
  report: Report,
): void {
  if (alignment === undefined) report('TBX0408', 'an atomic access must state its alignment');
  // Vectors count since LLVM 21.
  const body = scope.types.scalar(type);
  if (body.kind === 'pointer' || scope.types.vector(type)?.scalable === false) return;
  if (body.kind !== 'integer' && body.kind !== 'float') {
    report('TBX0408', `an atomic access cannot have type '${type.text}'`);
  } else checkAtomicSize(body, report);
}

function checkAtomicSize(type: Type, report: Report): void {
  const bits = scalarBits(type);
  if (bits === 0 || (bits >= 8 && Number.isInteger(Math.log2(bits)))) return;
  report('TBX0408', `an atomic access has a power of two of bytes, which '${type.text}' has not`);
}

export function checkFence(fence: ir.Fence, report: Report): void {
  const { ordering } = fence.atomic;
  if (ordering !== 'unordered' && ordering !== 'monotonic') return;
  report('TBX0408', `a fence cannot have the ordering '${ordering}'`, ordering);
}

export function checkCmpXchg(
  scope: BodyScope,
  exchange: ir.CmpXchg,
  place: Place,
  report: Report,
): void {
  const { pointer, expected, replacement, success, failureOrdering } = exchange;
  checkAlignment(scope, exchange.alignment, place);
  checkPointer(scope, pointer.type, report);
  if (success.ordering === 'unordered') {
    report('TBX0408', "cmpxchg cannot have the ordering 'unordered'");
  } else if (!FAILURE_ORDERINGS.has(failureOrdering)) {
    report('TBX0408', `cmpxchg cannot fail with the ordering '${failureOrdering}'`);
  }
  if (!scope.types.same(expected.type, replacement.type)) {
    const message = `what is compared has type '${expected.type.text}', the new value '${replacement.type.text}'`;
    report('TBX0402', message);
  }
  const body = scope.types.body(expected.type);
  if (body?.kind === 'integer') checkAtomicSize(body, report);
  else if (body?.kind !== 'pointer') report('TBX0408', 'cmpxchg needs integers or pointers');
}

export function checkAtomicRMW(
  scope: BodyScope,
  update: ir.AtomicRMW,
  place: Place,
  report: Report,
): void {
  const { operation, value, atomic } = update;
  checkAlignment(scope, update.alignment, place);
  checkPointer(scope, update.pointer.type, report);
  if (atomic.ordering === 'unordered') {
    report('TBX0408', "atomicrmw cannot have the ordering 'unordered'");
  }
  if (scope.types.vector(value.type)?.scalable === true) {
    report('TBX0408', 'atomicrmw cannot work on a vector of unknown length');
  } else if (!canUpdate(scope, operation, value.type)) {
    report('TBX0408', `atomicrmw ${operation} does not work on '${value.type.text}'`);
  } else checkAtomicSize(scope.types.body(value.type) ?? value.type, report);
}

function canUpdate(scope: BodyScope, operation: string, type: Type): boolean {
  const kind = scope.types.body(type)?.kind;
  if (operation === 'xchg') return kind === 'integer' || kind === 'float' || kind === 'pointer';
  if (operation.startsWith('f')) return scope.types.isFloatLike(type);
  return kind === 'integer';
}

export function checkGetElementPtr(
  scope: BodyScope,
  instruction: ir.GetElementPtr,
  report: Report,
): void {
  const { pointer } = instruction;
  const message = addressProblem(scope, { ...instruction, pointer: pointer.type });
  if (message !== undefined) report('TBX0406', message);
}
