/** @see LangRef, "Memory Access and Addressing Operations" */
import { quoteString } from '../names.js';
import { printTypedValue, printTypedValues } from './values.js';
import type * as ir from '../model/index.js';

// 'alloca' ['inalloca'] ['swifterror'] type [',' type value] [',' 'align' n] [',' 'addrspace' '(' n ')']
export function printAlloca(instruction: ir.Alloca): string {
  const inalloca = instruction.inalloca ? 'inalloca ' : '';
  const swifterror = instruction.swifterror ? 'swifterror ' : '';
  const count = instruction.count === undefined ? '' : `, ${printTypedValue(instruction.count)}`;
  const space =
    instruction.addressSpace === undefined
      ? ''
      : `, ${printAddressSpace(instruction.addressSpace)}`;
  const type = instruction.allocatedType.text;
  return `alloca ${inalloca}${swifterror}${type}${count}${printAlignment(instruction.alignment)}${space}`;
}

// 'load' ['atomic'] ['volatile'] type ',' type pointer [ordering] [',' 'align' n]
export function printLoad(instruction: ir.Load): string {
  const { atomic, type, pointer, alignment } = instruction;
  return `load ${accessFlags(instruction)}${type.text}, ${printTypedValue(pointer)}${suffixOrdering(atomic)}${printAlignment(alignment)}`;
}

// 'store' ['atomic'] ['volatile'] type value ',' type pointer [ordering] [',' 'align' n]
export function printStore(instruction: ir.Store): string {
  const { atomic, value, pointer, alignment } = instruction;
  return `store ${accessFlags(instruction)}${printTypedValue(value)}, ${printTypedValue(pointer)}${suffixOrdering(atomic)}${printAlignment(alignment)}`;
}

// 'fence' ['syncscope' '(' string ')'] ordering
export function printFence(instruction: ir.Fence): string {
  return `fence${suffixOrdering(instruction.atomic)}`;
}

// 'cmpxchg' ['weak'] ['volatile'] type pointer ',' type value ',' type value ordering ordering [',' 'align' n]
export function printCmpXchg(instruction: ir.CmpXchg): string {
  const weak = instruction.weak ? 'weak ' : '';
  const volatile = instruction.volatile ? 'volatile ' : '';
  const operands = printTypedValues([
    instruction.pointer,
    instruction.expected,
    instruction.replacement,
  ]);
  const orderings = `${suffixOrdering(instruction.success)} ${instruction.failureOrdering}`;
  return `cmpxchg ${weak}${volatile}${operands}${orderings}${printAlignment(instruction.alignment)}`;
}

// 'atomicrmw' ['volatile'] operation type pointer ',' type value ordering [',' 'align' n]
export function printAtomicRMW(instruction: ir.AtomicRMW): string {
  const volatile = instruction.volatile ? 'volatile ' : '';
  const operands = printTypedValues([instruction.pointer, instruction.value]);
  return `atomicrmw ${volatile}${instruction.operation} ${operands}${suffixOrdering(instruction.atomic)}${printAlignment(instruction.alignment)}`;
}

// 'getelementptr' flags type ',' type pointer { ',' type index }
export function printGetElementPtr(instruction: ir.GetElementPtr): string {
  let text = 'getelementptr ';
  for (const flag of instruction.flags) text += `${flag} `;
  text += `${instruction.sourceElementType.text}, ${printTypedValue(instruction.pointer)}`;
  for (const index of instruction.indices) text += `, ${printTypedValue(index)}`;
  return text;
}

/** `addrspace(256)`, `addrspace("A")` */
export function printAddressSpace(space: number | string): string {
  return `addrspace(${typeof space === 'number' ? space : quoteString(space)})`;
}

/** `, align 8`, or nothing. */
export function printAlignment(alignment: number | undefined): string {
  return alignment === undefined ? '' : `, align ${alignment}`;
}

function accessFlags(access: ir.Load | ir.Store): string {
  return `${access.atomic === undefined ? '' : 'atomic '}${access.volatile ? 'volatile ' : ''}`;
}

function suffixOrdering(atomic: ir.AtomicOrdering | undefined): string {
  if (atomic === undefined) return '';
  const scope = atomic.syncScope === undefined ? '' : ` syncscope(${atomic.syncScope})`;
  return `${scope} ${atomic.ordering}`;
}
