/**
 * Refuses atomic accesses that no instruction makes: code generation calls `__atomic_compare_exchange` and the like for
 * them, with pointers to temporaries on the native stack. Inside the window these mean something else, so the result
 * would be garbage. clang makes such calls itself, with the program's own variables, and never asks code generation.
 */
import type { AtomicRMW, CmpXchg, Load, Store, Type } from '../ir/model/index.js';
import { attributesOf } from './attributes.js';
import type { FunctionContext } from './context.js';

/** What every x86-64 processor accesses at once, and what `cmpxchg16b` does. */
const ATOMIC_BYTES = 8;
const ATOMIC_BYTES_CX16 = 16;

export function refuseAtomic(
  access: Load | Store | CmpXchg | AtomicRMW,
  context: FunctionContext,
): void {
  if ((access.kind === 'load' || access.kind === 'store') && access.atomic === undefined) return;
  const type = accessedType(access);
  const size = context.module.layout.layoutOf(type)?.storeSize;
  const alignment = access.alignment ?? size ?? 0;
  const limit = hasCmpxchg16b(context) ? ATOMIC_BYTES_CX16 : ATOMIC_BYTES;
  if (size !== undefined && size <= limit && isPowerOfTwo(size) && alignment >= size) return;
  const message = `an atomic access of ${type.text} with alignment ${alignment} becomes a call with pointers to the native stack`;
  context.error('TBX0318', access, message);
}

function accessedType(access: Load | Store | CmpXchg | AtomicRMW): Type {
  switch (access.kind) {
    case 'load':
      return access.type;
    case 'store':
    case 'atomicrmw':
      return access.value.type;
    case 'cmpxchg':
      return access.expected.type;
  }
}

function hasCmpxchg16b({ function: fn, module }: FunctionContext): boolean {
  return attributesOf(fn.attributes, module.module).some(
    (attribute) =>
      attribute.kind === 'string' &&
      attribute.key === '"target-features"' &&
      /[",]\+cx16[",]/.test(attribute.value ?? ''),
  );
}

function isPowerOfTwo(size: number): boolean {
  return size > 0 && Number.isInteger(Math.log2(size));
}
