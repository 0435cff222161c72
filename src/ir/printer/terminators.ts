/** @see LangRef, "Terminator Instructions" */
import { printTypedValue, printValue } from './values.js';
import type * as ir from '../model/index.js';

// 'ret' 'void' | 'ret' type value
export function printRet(instruction: ir.Ret): string {
  return instruction.value === undefined ? 'ret void' : `ret ${printTypedValue(instruction.value)}`;
}

// 'br' 'label' block | 'br' 'i1' value ',' 'label' block ',' 'label' block
export function printBr(instruction: ir.Br): string {
  const { condition, ifTrue, ifFalse } = instruction;
  if (condition === undefined || ifFalse === undefined) return `br label ${ifTrue}`;
  return `br ${printTypedValue(condition)}, label ${ifTrue}, label ${ifFalse}`;
}

// 'switch' type value ',' 'label' block '[' { type value ',' 'label' block } ']'
export function printSwitch(instruction: ir.Switch): string {
  let text = `switch ${printTypedValue(instruction.value)}, label ${instruction.defaultTarget} [\n`;
  for (const { value, target } of instruction.cases)
    text += `    ${printTypedValue(value)}, label ${target}\n`;
  return `${text}  ]`;
}

// 'indirectbr' type value ',' '[' { 'label' block } ']'
export function printIndirectBr(instruction: ir.IndirectBr): string {
  return `indirectbr ${printTypedValue(instruction.address)}, [${printLabels(instruction.targets)}]`;
}

// 'resume' type value
export function printResume(instruction: ir.Resume): string {
  return `resume ${printTypedValue(instruction.value)}`;
}

// 'catchswitch' 'within' parent '[' { 'label' block } ']' 'unwind' ( 'to' 'caller' | 'label' block )
export function printCatchSwitch(instruction: ir.CatchSwitch): string {
  const handlers = printLabels(instruction.handlers);
  return `catchswitch within ${printValue(instruction.parent)} [${handlers}] ${printUnwind(instruction.unwind)}`;
}

// 'catchret' 'from' pad 'to' 'label' block
export function printCatchRet(instruction: ir.CatchRet): string {
  return `catchret from ${printValue(instruction.pad)} to label ${instruction.target}`;
}

// 'cleanupret' 'from' pad 'unwind' ( 'to' 'caller' | 'label' block )
export function printCleanupRet(instruction: ir.CleanupRet): string {
  return `cleanupret from ${printValue(instruction.pad)} ${printUnwind(instruction.unwind)}`;
}

/** `label %a, label %b` */
export function printLabels(labels: readonly string[]): string {
  return labels.map((label) => `label ${label}`).join(', ');
}

function printUnwind(target: string | undefined): string {
  return target === undefined ? 'unwind to caller' : `unwind label ${target}`;
}
