/** The type of what an instruction computes, from its text alone. */
import type { Instruction, Type } from '../ir/index.js';
import { comparisonType, shuffleType } from './expressions.js';
import { addressType, memberType } from './indices.js';
import type { ModuleScope } from './scope.js';

/** The type of an instruction's result; undefined where it has none, or where its operands are wrong. */
export function resultType(scope: ModuleScope, instruction: Instruction): Type | undefined {
  const { types: rules } = scope;
  const { typeTable } = scope.module;
  switch (instruction.kind) {
    case 'fneg':
    case 'freeze':
      return instruction.operand.type;
    case 'binary':
    case 'load':
    case 'phi':
    case 'cast':
    case 'va_arg':
    case 'landingpad':
      return instruction.type;
    case 'icmp':
    case 'fcmp':
      return comparisonType(scope, instruction.type);
    case 'select':
      return instruction.ifTrue.type;
    case 'extractelement':
      return rules.vector(instruction.vector.type)?.element;
    case 'insertelement':
      return instruction.vector.type;
    case 'shufflevector':
      return shuffleType(scope, instruction.left.type, instruction.mask.type);
    case 'extractvalue':
      return memberType(scope, instruction.aggregate.type, instruction.indices);
    case 'insertvalue':
      return instruction.aggregate.type;
    case 'alloca':
      return typeTable.pointer(instruction.addressSpace ?? 0);
    case 'cmpxchg':
      return typeTable.struct([instruction.expected.type, typeTable.integer(1)]);
    case 'atomicrmw':
      return instruction.value.type;
    case 'getelementptr':
      return addressType(scope, { ...instruction, pointer: instruction.pointer.type });
    case 'call':
    case 'invoke':
    case 'callbr': {
      const { returns } = instruction.calleeType.type;
      return returns.kind === 'void' ? undefined : returns;
    }
    case 'catchswitch':
    case 'catchpad':
    case 'cleanuppad':
      return typeTable.token;
    case 'ret':
    case 'br':
    case 'switch':
    case 'indirectbr':
    case 'resume':
    case 'catchret':
    case 'cleanupret':
    case 'unreachable':
    case 'store':
    case 'fence':
    case 'debug-record':
    case 'uselistorder':
      return undefined;
  }
}
