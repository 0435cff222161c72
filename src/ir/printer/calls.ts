/** @see LangRef, "'call' Instruction", "'invoke' Instruction", "'callbr' Instruction", "Operand Bundles" */
import { prefixAttributes, suffixAttributes } from './attributes.js';
import { printAddressSpace } from './memory.js';
import { printLabels } from './terminators.js';
import { printTypedValues, printValue } from './values.js';
import type * as ir from '../model/index.js';

// [tail] 'call' flags callee-and-arguments
export function printCall(instruction: ir.Call): string {
  const tail = instruction.tail === undefined ? '' : `${instruction.tail} `;
  const flags = instruction.flags.map((flag) => `${flag} `).join('');
  return `${tail}call ${flags}${printCallBase(instruction)}`;
}

// 'invoke' callee-and-arguments 'to' 'label' block 'unwind' 'label' block
export function printInvoke(instruction: ir.Invoke): string {
  const { normal, unwind } = instruction;
  return `invoke ${printCallBase(instruction)}\n          to label ${normal} unwind label ${unwind}`;
}

// 'callbr' callee-and-arguments 'to' 'label' block '[' { 'label' block } ']'
export function printCallBr(instruction: ir.CallBr): string {
  const { fallthrough, indirect } = instruction;
  return `callbr ${printCallBase(instruction)}\n          to label ${fallthrough} [${printLabels(indirect)}]`;
}

// [cc] [return attributes] [addrspace] type callee '(' arguments ')' [function attributes] ['[' bundles ']']
function printCallBase(call: ir.CallBase): string {
  const convention = call.callingConvention === undefined ? '' : `${call.callingConvention} `;
  const space = call.addressSpace === undefined ? '' : `${printAddressSpace(call.addressSpace)} `;
  const type = call.calleeType.explicit
    ? call.calleeType.type.text
    : call.calleeType.type.returns.text;
  const head = `${convention}${prefixAttributes(call.returnAttributes)}${space}${type} ${printValue(call.callee)}`;
  const tail = `${suffixAttributes(call.functionAttributes)}${suffixBundles(call.bundles)}`;
  const args = call.arguments.map(printArgument);
  if (call.forwardsVariadic) args.push('...');
  return `${head}(${args.join(', ')})${tail}`;
}

function printArgument(argument: ir.Argument): string {
  return `${argument.type.text} ${prefixAttributes(argument.attributes)}${printValue(argument.value)}`;
}

// '[' tag '(' inputs ')' { ',' tag '(' inputs ')' } ']'
function suffixBundles(bundles: readonly ir.OperandBundle[]): string {
  if (bundles.length === 0) return '';
  const inside = bundles.map(({ tag, inputs }) => `${tag}(${printTypedValues(inputs)})`).join(', ');
  return ` [ ${inside} ]`;
}
