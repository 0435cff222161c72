/**
 * What a body holds, in one walk: so that a pass that has nothing to do in a body never walks it.
 *
 * A bit may be set for what a pass then leaves alone, but is never missing for what it changes or refuses.
 */
import { intrinsicName } from '../analysis/intrinsic-name.js';
import type { Block, Call, FunctionBody, Instruction } from '../ir/model/index.js';
import { rawName } from '../ir/names.js';
import { findIntrinsic, isIntrinsicName } from './intrinsics-table.js';

/** One bit for each thing that some pass looks for; they are or-ed. */
export const HOLDS = {
  useListOrder: 1 << 0,
  assembly: 1 << 1,
  /** A `select`, or a cast of an unsigned integer to a floating-point type, whatever does it. */
  codegenHazard: 1 << 2,
  mathIntrinsic: 1 << 3,
  unreachable: 1 << 4,
  switch: 1 << 5,
  store: 1 << 6,
  /** An intrinsic that is replaced by what needs no pass of its own. */
  placeIntrinsic: 1 << 7,
  variadicIntrinsic: 1 << 8,
  /** A call of anything but an intrinsic. */
  call: 1 << 9,
  memoryIntrinsic: 1 << 10,
  loadRelative: 1 << 11,
  maskedIntrinsic: 1 << 12,
  vectorElement: 1 << 13,
  alloca: 1 << 14,
  stackIntrinsic: 1 << 15,
  /** Any access that the last pass confines. */
  access: 1 << 16,
  atomicOperation: 1 << 17,
} as const;

/** Every bit: for passes that look at all bodies, and for what is not understood. */
export const ANYTHING = -1;

/** The or-ed bits of {@link HOLDS}. */
export function contentsOf(body: FunctionBody): number {
  let contents = 0;
  for (const block of body.blocks) contents |= contentsOfBlock(block);
  return contents;
}

/**
 * The bits of a body that a pass made of one whose bits are known: only blocks that are new are walked, and what was in
 * the old ones counts as being there still.
 */
export function contentsAfter(
  before: FunctionBody,
  contentsBefore: number,
  after: FunctionBody,
): number {
  let contents = contentsBefore;
  let index = 0;
  for (const block of after.blocks) {
    if (block !== before.blocks[index++]) contents |= contentsOfBlock(block);
  }
  return contents;
}

function contentsOfBlock({ instructions }: Block): number {
  let contents = 0;
  for (const instruction of instructions) contents |= contentsOfInstruction(instruction);
  return contents;
}

function contentsOfInstruction(instruction: Instruction): number {
  switch (instruction.kind) {
    case 'load':
    case 'cmpxchg':
    case 'va_arg':
      return HOLDS.access;
    case 'atomicrmw':
      return HOLDS.access | HOLDS.atomicOperation;
    case 'store':
      return HOLDS.access | HOLDS.store;
    case 'call':
      return contentsOfCall(instruction);
    case 'cast':
      return instruction.opcode === 'uitofp' ? HOLDS.codegenHazard : 0;
    case 'select':
      return HOLDS.codegenHazard;
    case 'switch':
      return HOLDS.switch;
    case 'unreachable':
      return HOLDS.unreachable;
    case 'alloca':
      return HOLDS.alloca;
    case 'extractelement':
    case 'insertelement':
      return HOLDS.vectorElement;
    case 'uselistorder':
      return HOLDS.useListOrder;
    case 'br':
    case 'ret':
    case 'indirectbr':
    case 'fneg':
    case 'binary':
    case 'shufflevector':
    case 'extractvalue':
    case 'insertvalue':
    case 'fence':
    case 'getelementptr':
    case 'icmp':
    case 'fcmp':
    case 'phi':
    case 'freeze':
    case 'debug-record':
      return 0;
    case 'invoke':
    case 'callbr':
    case 'resume':
    case 'catchswitch':
    case 'catchret':
    case 'cleanupret':
    case 'landingpad':
    case 'catchpad':
    case 'cleanuppad':
      return ANYTHING;
  }
}

function contentsOfCall(call: Call): number {
  const { callee } = call;
  if (callee.kind === 'asm') return HOLDS.assembly;
  if (callee.kind !== 'global' || !isIntrinsicName(callee.name)) return HOLDS.call;
  let contents = KNOWN.get(callee.name);
  if (contents === undefined) {
    contents = contentsOfIntrinsic(call, callee.name);
    KNOWN.set(callee.name, contents);
  }
  return contents;
}

/** Names that were looked up before: a module calls few intrinsics, many times. */
const KNOWN = new Map<string, number>();

function contentsOfIntrinsic(call: Call, name: string): number {
  const intrinsic = findIntrinsic(rawName(name));
  const base = intrinsicName(call);
  if (intrinsic === undefined || base === undefined) return ANYTHING;
  const { treatment } = intrinsic;
  switch (treatment.kind) {
    case 'refused':
      return ANYTHING;
    case 'rewritten':
      // The passes that rewrite agree on the name; where they do not, all of them look.
      return base === intrinsic.base ? contentsOfRewritten(base) : ANYTHING;
    case 'harmless':
      return intrinsic.base === 'llvm.experimental.constrained' ? HOLDS.codegenHazard : 0;
  }
}

function contentsOfRewritten(base: string): number {
  switch (base) {
    case 'llvm.sin':
    case 'llvm.cos':
    case 'llvm.sincos':
    case 'llvm.modf':
    case 'llvm.frexp':
      return HOLDS.mathIntrinsic;
    case 'llvm.assume':
    case 'llvm.prefetch':
    case 'llvm.debugtrap':
    case 'llvm.ubsantrap':
    case 'llvm.threadlocal.address':
    case 'llvm.frameaddress':
    case 'llvm.returnaddress':
      return HOLDS.placeIntrinsic;
    case 'llvm.va_start':
    case 'llvm.va_copy':
    case 'llvm.va_end':
      return HOLDS.variadicIntrinsic;
    case 'llvm.memcpy':
    case 'llvm.memmove':
    case 'llvm.memset':
    case 'llvm.memcpy.inline':
    case 'llvm.memset.inline':
      return HOLDS.memoryIntrinsic | HOLDS.access;
    case 'llvm.load.relative':
      return HOLDS.loadRelative;
    case 'llvm.masked.load':
    case 'llvm.masked.store':
    case 'llvm.masked.gather':
    case 'llvm.masked.scatter':
    case 'llvm.masked.expandload':
    case 'llvm.masked.compressstore':
      return HOLDS.maskedIntrinsic | HOLDS.access;
    // Markers name allocas; without one there is nothing to do with them.
    case 'llvm.lifetime.start':
    case 'llvm.lifetime.end':
      return HOLDS.alloca;
    case 'llvm.stacksave':
    case 'llvm.stackrestore':
      return HOLDS.stackIntrinsic;
    default:
      return ANYTHING;
  }
}
