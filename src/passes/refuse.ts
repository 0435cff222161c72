/**
 * Refuses the instructions that sandboxed code cannot have: what could touch memory or control flow in a way that no
 * later pass confines. Everything that passes here is either harmless or rewritten by a pass that is named.
 */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import { forEachOperand, someValue } from '../ir/operands.js';
import type {
  Argument,
  Attribute,
  Call,
  DebugRecord,
  FunctionBody,
  FunctionType,
  Instruction,
  Type,
  Value,
} from '../ir/model/index.js';
import { rawName } from '../ir/names.js';
import type { FunctionContext } from './context.js';
import { refuseAtomic } from './refuse-atomics.js';
import { refuseConstant } from './refuse-constants.js';
import { refuseInlineAsm } from './refuse-assembly.js';
import { refuseAttributes } from './function-attributes.js';
import { findIntrinsic, isIntrinsicName } from './intrinsics-table.js';
import { refuseWideInteger } from './refuse-wide.js';
import { refuseWideReturn } from './wide-returns.js';

/** A {@link import('./context.js').BodyPass}. */
export function refuseInstructions(body: FunctionBody, context: FunctionContext): FunctionBody {
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) {
      if (instruction.kind === 'debug-record') continue;
      if (someValue(instruction, isSuspect)) refuseConstants(instruction, context);
      refuseInstruction(instruction, context);
    }
  }
  return body;
}

/** Most operands are values of the body and plain constants, of which nothing is refused. */
function isSuspect({ kind }: Value): boolean {
  switch (kind) {
    case 'local':
    case 'integer':
    case 'float':
    case 'global':
    case 'keyword':
      return false;
    default:
      return true;
  }
}

function refuseConstants(instruction: Instruction, context: FunctionContext): void {
  forEachOperand(instruction, (operand) => {
    refuseConstant(operand, instruction, context);
  });
}

function refuseInstruction(
  instruction: Exclude<Instruction, DebugRecord>,
  context: FunctionContext,
): void {
  refuseWideInteger(instruction, context);
  switch (instruction.kind) {
    case 'invoke':
    case 'landingpad':
    case 'resume':
    case 'catchswitch':
    case 'catchpad':
    case 'catchret':
    case 'cleanuppad':
    case 'cleanupret':
      context.error(
        'TBX0304',
        instruction,
        `'${instruction.kind}' needs an unwinder, which sandboxed code does not have; compile with -fno-exceptions`,
      );
      return;
    case 'callbr':
      context.error('TBX0305', instruction, "'callbr' jumps out of inline assembly");
      return;
    case 'va_arg':
      context.error('TBX0321', instruction, "'va_arg' is not lowered; clang expands va_arg itself");
      return;
    case 'alloca':
      if (instruction.inalloca || instruction.swifterror) {
        context.error(
          'TBX0308',
          instruction,
          "'inalloca' and 'swifterror' slots are not supported",
        );
      }
      refuseAddressSpace(instruction.addressSpace ?? 0, instruction, context);
      return;
    case 'call':
      refuseCall(instruction, context);
      return;
    case 'load':
    case 'store':
    case 'cmpxchg':
    case 'atomicrmw':
      refusePointerType(instruction.pointer.type, instruction, context);
      refuseAtomic(instruction, context);
      return;
    case 'cast':
      refusePointerType(instruction.type, instruction, context);
      return;
    // Values, and control flow within the body.
    case 'ret':
    case 'br':
    case 'switch':
    case 'indirectbr':
    case 'unreachable':
    case 'fneg':
    case 'binary':
    case 'extractelement':
    case 'insertelement':
    case 'shufflevector':
    case 'extractvalue':
    case 'insertvalue':
    case 'fence':
    case 'getelementptr':
    case 'icmp':
    case 'fcmp':
    case 'phi':
    case 'select':
    case 'freeze':
    case 'uselistorder':
      return;
  }
}

/** Other address spaces are segments (256 to 258) or truncated pointers (270 to 272) on x86. */
function refusePointerType(type: Type, instruction: Instruction, context: FunctionContext): void {
  if (type.kind === 'pointer') refuseAddressSpace(type.addressSpace, instruction, context);
  if (type.kind === 'vector') refusePointerType(type.element, instruction, context);
}

function refuseAddressSpace(
  space: number | string,
  instruction: Instruction,
  context: FunctionContext,
): void {
  if (space === 0) return;
  context.error('TBX0316', instruction, `address space ${space} is not the sandbox's`);
}

function refuseCall(call: Call, context: FunctionContext): void {
  if (call.callee.kind === 'asm') {
    refuseInlineAsm(call, call.callee, context);
    return;
  }
  if (call.bundles.length > 0) refuseBundles(call, context);
  if (call.functionAttributes.length > 0) {
    refuseAttributes(call.functionAttributes, call, context.module);
  }
  if (call.callee.kind === 'global' && isIntrinsicName(call.callee.name)) {
    refuseIntrinsic(call, rawName(call.callee.name), context);
    return;
  }
  if (!isKnownConvention(call.callingConvention)) {
    const message = `the calling convention '${call.callingConvention ?? ''}' is not supported`;
    context.error('TBX0309', call, message);
  }
  refuseWideReturn(call.calleeType.type.returns, call, context.module);
  refuseArguments(call, context);
}

/** The conventions that keep arguments in registers or on the native stack, where `call` itself puts them. */
const CONVENTIONS: ReadonlySet<string> = new Set([
  'ccc',
  'fastcc',
  'coldcc',
  'x86_64_sysvcc',
  'preserve_mostcc',
]);

/** Whether a calling convention is known to agree with the sandbox ABI. */
export function isKnownConvention(convention: string | undefined): boolean {
  return convention === undefined || CONVENTIONS.has(convention);
}

const REFUSED_PARAMETERS: ReadonlySet<string> = new Set([
  'inalloca',
  'preallocated',
  'swifterror',
  'swiftself',
  'swiftasync',
  'nest',
]);

/** The first attribute of a parameter or argument that no pass implements. */
export function refusedParameterAttribute(attributes: readonly Attribute[]): string | undefined {
  for (const attribute of attributes) {
    if (attribute.kind === 'string' || attribute.kind === 'group') continue;
    if (REFUSED_PARAMETERS.has(attribute.name)) return attribute.name;
  }
  return undefined;
}

function refuseArguments(call: Call, context: FunctionContext): void {
  for (const argument of call.arguments) {
    const refused = refusedParameterAttribute(argument.attributes);
    if (refused !== undefined) {
      context.error('TBX0308', call, `arguments passed '${refused}' are not supported`);
    }
  }
}

/** Bundles that only tell the optimiser something. */
const HARMLESS_BUNDLES: ReadonlySet<string> = new Set([
  'align',
  'nonnull',
  'dereferenceable',
  'separate_storage',
  'convergencectrl',
  'noundef',
  'cold',
  'ignore',
]);

function refuseBundles(call: Call, context: FunctionContext): void {
  for (const { tag } of call.bundles) {
    const name = tag.slice(1, -1);
    if (HARMLESS_BUNDLES.has(name)) continue;
    context.error('TBX0310', call, `the operand bundle '${name}' is not supported`);
  }
}

function refuseIntrinsic(call: Call, name: string, context: FunctionContext): void {
  const intrinsic = findIntrinsic(name);
  if (intrinsic === undefined) {
    context.error('TBX0306', call, `unknown intrinsic '${name}'`);
    return;
  }
  const { base, treatment } = intrinsic;
  if (treatment.kind === 'rewritten' && base !== intrinsicName(call)) {
    context.error('TBX0306', call, `unknown intrinsic '${name}'`);
    return;
  }
  if (treatment.kind === 'refused') {
    context.error('TBX0307', call, `'${base}' is refused: ${treatment.why}`);
  } else if (treatment.kind === 'harmless' && !treatment.pointers && hasPointer(call)) {
    context.error('TBX0307', call, `'${name}' is refused: it takes or returns a pointer`);
  }
}

function hasPointer(call: Call): boolean {
  const type: FunctionType = call.calleeType.type;
  return (
    holdsPointer(type.returns) ||
    call.arguments.some((argument: Argument) => holdsPointer(argument.type))
  );
}

function holdsPointer(type: Type): boolean {
  switch (type.kind) {
    case 'pointer':
    case 'named':
    case 'target':
      return true;
    case 'vector':
    case 'array':
      return holdsPointer(type.element);
    case 'struct':
      return type.fields.some(holdsPointer);
    case 'function':
    case 'integer':
    case 'float':
    case 'void':
    case 'label':
    case 'token':
    case 'metadata':
    case 'x86_amx':
    case 'x86_mmx':
      return false;
  }
}
