/**
 * Refuses arithmetic on integers wider than 128 bits where code generation expands it through memory of its own: shifts
 * and divisions by a variable go through a stack slot at a variable offset, and results of calls that do not fit in
 * registers go through a hidden pointer, both with plain accesses.
 */
import type { Binary, Instruction, Type } from '../ir/model/index.js';
import { rawName } from '../ir/names.js';
import type { FunctionContext } from './context.js';

/** The widest integer that shifts and calls handle in registers. */
const REGISTER_BITS = 128;

export function refuseWideInteger(instruction: Instruction, context: FunctionContext): void {
  switch (instruction.kind) {
    case 'binary':
      if (isWide(instruction.type) && expandsThroughMemory(instruction)) {
        refuse(instruction, `'${instruction.opcode}' of ${instruction.type.text}`, context);
      }
      return;
    case 'cast':
      if (!convertsFloat(instruction.opcode)) return;
      if (isWide(instruction.type) || isWide(instruction.operand.type)) {
        refuse(instruction, `'${instruction.opcode}' of an integer wider than 128 bits`, context);
      }
      return;
    case 'call':
      if (instruction.callee.kind === 'global' && isShiftIntrinsic(instruction.callee.name)) {
        const type = instruction.calleeType.type.returns;
        if (isWide(type)) refuse(instruction, `a funnel shift of ${type.text}`, context);
      }
      return;
    default:
      return;
  }
}

function expandsThroughMemory(binary: Binary): boolean {
  switch (binary.opcode) {
    case 'shl':
    case 'lshr':
    case 'ashr':
      return binary.right.kind === 'local' || binary.right.kind === 'expression';
    case 'udiv':
    case 'sdiv':
    case 'urem':
    case 'srem':
      return true;
    case 'add':
    case 'fadd':
    case 'sub':
    case 'fsub':
    case 'mul':
    case 'fmul':
    case 'fdiv':
    case 'frem':
    case 'and':
    case 'or':
    case 'xor':
      return false;
  }
}

function convertsFloat(opcode: string): boolean {
  return opcode === 'fptoui' || opcode === 'fptosi' || opcode === 'uitofp' || opcode === 'sitofp';
}

function isShiftIntrinsic(name: string): boolean {
  return /^llvm\.fsh[lr]\./.test(rawName(name));
}

function isWide(type: Type): boolean {
  if (type.kind === 'vector') return isWide(type.element);
  return type.kind === 'integer' && type.bits > REGISTER_BITS;
}

function refuse(instruction: Instruction, what: string, context: FunctionContext): void {
  context.error('TBX0312', instruction, `${what} is expanded through the native stack`);
}
