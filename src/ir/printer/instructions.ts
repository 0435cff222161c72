/** Instructions from the tree, without indentation. */
import { printCall, printCallBr, printInvoke } from './calls.js';
import * as memory from './memory.js';
import { printMetadata, suffixAttachments } from './metadata.js';
import * as operations from './operations.js';
import * as terminators from './terminators.js';
import type { Instruction } from '../model/index.js';

/** `%x = load i32, ptr %p, align 4, !dbg !7`; forms of several lines (`switch`) indent all but the first. */
export function printInstruction(instruction: Instruction): string {
  const result = instruction.result === undefined ? '' : `${instruction.result} = `;
  return `${result}${printOperation(instruction)}${suffixAttachments(instruction.attachments)}`;
}

function printOperation(instruction: Instruction): string {
  switch (instruction.kind) {
    // Those that passes make most.
    case 'cast':
      return operations.printCast(instruction);
    case 'load':
      return memory.printLoad(instruction);
    case 'store':
      return memory.printStore(instruction);
    case 'freeze':
      return operations.printFreeze(instruction);
    case 'call':
      return printCall(instruction);
    case 'getelementptr':
      return memory.printGetElementPtr(instruction);
    // The others, as LangRef has them.
    case 'ret':
      return terminators.printRet(instruction);
    case 'br':
      return terminators.printBr(instruction);
    case 'switch':
      return terminators.printSwitch(instruction);
    case 'indirectbr':
      return terminators.printIndirectBr(instruction);
    case 'resume':
      return terminators.printResume(instruction);
    case 'catchswitch':
      return terminators.printCatchSwitch(instruction);
    case 'catchret':
      return terminators.printCatchRet(instruction);
    case 'cleanupret':
      return terminators.printCleanupRet(instruction);
    case 'unreachable':
      return 'unreachable';
    case 'fneg':
      return operations.printFNeg(instruction);
    case 'binary':
      return operations.printBinary(instruction);
    case 'extractelement':
      return operations.printExtractElement(instruction);
    case 'insertelement':
      return operations.printInsertElement(instruction);
    case 'shufflevector':
      return operations.printShuffleVector(instruction);
    case 'extractvalue':
      return operations.printExtractValue(instruction);
    case 'insertvalue':
      return operations.printInsertValue(instruction);
    case 'alloca':
      return memory.printAlloca(instruction);
    case 'fence':
      return memory.printFence(instruction);
    case 'cmpxchg':
      return memory.printCmpXchg(instruction);
    case 'atomicrmw':
      return memory.printAtomicRMW(instruction);
    case 'icmp':
    case 'fcmp':
      return operations.printCompare(instruction);
    case 'phi':
      return operations.printPhi(instruction);
    case 'select':
      return operations.printSelect(instruction);
    case 'va_arg':
      return operations.printVAArg(instruction);
    case 'landingpad':
      return operations.printLandingPad(instruction);
    case 'catchpad':
    case 'cleanuppad':
      return operations.printFuncletPad(instruction);
    case 'invoke':
      return printInvoke(instruction);
    case 'callbr':
      return printCallBr(instruction);
    case 'debug-record':
      return `#${instruction.name}(${instruction.operands.map(printMetadata).join(', ')})`;
    case 'uselistorder':
      return instruction.text;
  }
}
