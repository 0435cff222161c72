/**
 * Bodies that run no other code: neither by a call of their own nor by one that code generation makes for them.
 *
 * Such a body may use memory below the data stack pointer without saying so, as nothing else uses the data stack while
 * it runs: host calls are calls, and the host delivers no signals into a sandbox. Conservative: what is not known to be
 * expanded in place counts as a call.
 */
import type { Binary, Cast, FunctionBody, Instruction, Type } from '../ir/model/index.js';
import { intrinsicName } from './intrinsic-name.js';

/** Intrinsics that code generation always expands in place, whatever their types of up to 64 bits are. */
const EXPANDED = new Set([
  'llvm.abs',
  'llvm.assume',
  'llvm.bswap',
  'llvm.ctlz',
  'llvm.cttz',
  'llvm.dbg.declare',
  'llvm.dbg.value',
  'llvm.expect',
  'llvm.fshl',
  'llvm.fshr',
  'llvm.lifetime.end',
  'llvm.lifetime.start',
  'llvm.memcpy.inline',
  'llvm.memset.inline',
  'llvm.smax',
  'llvm.smin',
  'llvm.trap',
  'llvm.umax',
  'llvm.umin',
]);

export function isLeaf(body: FunctionBody): boolean {
  return body.blocks.every(({ instructions }) => instructions.every(isExpandedInPlace));
}

function isExpandedInPlace(instruction: Instruction): boolean {
  switch (instruction.kind) {
    case 'call': {
      const name = intrinsicName(instruction);
      return (
        name !== undefined && EXPANDED.has(name) && isPlain(instruction.calleeType.type.returns)
      );
    }
    case 'binary':
      return isPlainBinary(instruction);
    case 'cast':
      return isPlainCast(instruction);
    case 'fneg':
      return isPlain(instruction.operand.type);
    case 'fcmp':
      return isPlain(instruction.type);
    case 'load':
    case 'store':
      return instruction.atomic === undefined;
    case 'invoke':
    case 'callbr':
    case 'va_arg':
    case 'cmpxchg':
    case 'atomicrmw':
    case 'resume':
    case 'catchswitch':
    case 'catchret':
    case 'cleanupret':
    case 'landingpad':
    case 'catchpad':
    case 'cleanuppad':
      return false;
    case 'ret':
    case 'br':
    case 'switch':
    case 'indirectbr':
    case 'unreachable':
    case 'extractelement':
    case 'insertelement':
    case 'shufflevector':
    case 'extractvalue':
    case 'insertvalue':
    case 'alloca':
    case 'fence':
    case 'getelementptr':
    case 'icmp':
    case 'phi':
    case 'select':
    case 'freeze':
    case 'debug-record':
    case 'uselistorder':
      return true;
  }
}

/** `frem` is a call of `fmod`. */
function isPlainBinary({ opcode, type }: Binary): boolean {
  return opcode !== 'frem' && isPlain(type);
}

function isPlainCast({ operand, type }: Cast): boolean {
  return isPlain(operand.type) && isPlain(type);
}

/** Types whose arithmetic the machine has: the others may need a call. */
function isPlain(type: Type): boolean {
  switch (type.kind) {
    case 'integer':
      return type.bits <= 64;
    case 'float':
      return type.format === 'float' || type.format === 'double' || type.format === 'x86_fp80';
    case 'vector':
      return isPlain(type.element);
    case 'pointer':
    case 'void':
      return true;
    case 'array':
    case 'struct':
    case 'named':
    case 'function':
    case 'target':
    case 'label':
    case 'token':
    case 'metadata':
    case 'x86_amx':
    case 'x86_mmx':
      return false;
  }
}
