/** @see LangRef, "Unary", "Binary", "Vector", "Aggregate", "Conversion" and "Other Operations" */
import { printTypedValue, printTypedValues, printValue } from './values.js';
import type * as ir from '../model/index.js';

// 'fneg' flags type value
export function printFNeg(instruction: ir.FNeg): string {
  return `fneg ${prefixFlags(instruction.flags)}${printTypedValue(instruction.operand)}`;
}

// opcode flags type value ',' value
export function printBinary(instruction: ir.Binary): string {
  const { opcode, flags, type, left, right } = instruction;
  return `${opcode} ${prefixFlags(flags)}${type.text} ${printValue(left)}, ${printValue(right)}`;
}

// ( 'icmp' | 'fcmp' ) flags predicate type value ',' value
export function printCompare(instruction: ir.ICmp | ir.FCmp): string {
  const { kind, flags, predicate, type, left, right } = instruction;
  return `${kind} ${prefixFlags(flags)}${predicate} ${type.text} ${printValue(left)}, ${printValue(right)}`;
}

// 'extractelement' type vector ',' type index
export function printExtractElement(instruction: ir.ExtractElement): string {
  return `extractelement ${printTypedValues([instruction.vector, instruction.index])}`;
}

// 'insertelement' type vector ',' type element ',' type index
export function printInsertElement(instruction: ir.InsertElement): string {
  return `insertelement ${printTypedValues([instruction.vector, instruction.element, instruction.index])}`;
}

// 'shufflevector' type vector ',' type vector ',' type mask
export function printShuffleVector(instruction: ir.ShuffleVector): string {
  return `shufflevector ${printTypedValues([instruction.left, instruction.right, instruction.mask])}`;
}

// 'extractvalue' type aggregate { ',' index }
export function printExtractValue(instruction: ir.ExtractValue): string {
  return `extractvalue ${printTypedValue(instruction.aggregate)}${suffixIndices(instruction.indices)}`;
}

// 'insertvalue' type aggregate ',' type element { ',' index }
export function printInsertValue(instruction: ir.InsertValue): string {
  const operands = printTypedValues([instruction.aggregate, instruction.element]);
  return `insertvalue ${operands}${suffixIndices(instruction.indices)}`;
}

// opcode flags type value 'to' type
export function printCast(instruction: ir.Cast): string {
  const { opcode, flags, operand, type } = instruction;
  return `${opcode} ${prefixFlags(flags)}${printTypedValue(operand)} to ${type.text}`;
}

// 'phi' flags type '[' value ',' block ']' { ',' '[' value ',' block ']' }
export function printPhi(instruction: ir.Phi): string {
  let text = `phi ${prefixFlags(instruction.flags)}${instruction.type.text}`;
  let separator = ' ';
  for (const { value, block } of instruction.incoming) {
    text += `${separator}[ ${printValue(value)}, ${block} ]`;
    separator = ', ';
  }
  return text;
}

// 'select' flags type value ',' type value ',' type value
export function printSelect(instruction: ir.Select): string {
  const { flags, condition, ifTrue, ifFalse } = instruction;
  return `select ${prefixFlags(flags)}${printTypedValues([condition, ifTrue, ifFalse])}`;
}

// 'freeze' type value
export function printFreeze(instruction: ir.Freeze): string {
  return `freeze ${printTypedValue(instruction.operand)}`;
}

// 'va_arg' type list ',' type
export function printVAArg(instruction: ir.VAArg): string {
  return `va_arg ${printTypedValue(instruction.list)}, ${instruction.type.text}`;
}

// 'landingpad' type ['cleanup'] { ( 'catch' | 'filter' ) type value }
export function printLandingPad(instruction: ir.LandingPad): string {
  let text = `landingpad ${instruction.type.text}`;
  if (instruction.cleanup) text += '\n          cleanup';
  for (const { kind, value } of instruction.clauses)
    text += `\n          ${kind} ${printTypedValue(value)}`;
  return text;
}

// ( 'catchpad' | 'cleanuppad' ) 'within' parent '[' arguments ']'
export function printFuncletPad(instruction: ir.FuncletPad): string {
  return `${instruction.kind} within ${printValue(instruction.parent)} [${printTypedValues(instruction.arguments)}]`;
}

function prefixFlags(flags: readonly string[]): string {
  let text = '';
  for (const flag of flags) text += `${flag} `;
  return text;
}

function suffixIndices(indices: readonly number[]): string {
  let text = '';
  for (const index of indices) text += `, ${index}`;
  return text;
}
