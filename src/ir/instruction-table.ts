/**
 * What each kind of instruction does, for passes that ask instead of naming kinds.
 *
 * Effects are those of the instruction itself, whatever its operands: `call` may do anything, an intrinsic's own table
 * says more.
 */
import type { Instruction, Terminator, TypedValue } from './model/index.js';

/** What a kind of instruction does to memory and control flow. */
export interface InstructionFacts {
  /** Ends a block. */
  readonly terminator: boolean;
  readonly readsMemory: boolean;
  readonly writesMemory: boolean;
  /** Passes control to code that the instruction does not show. */
  readonly calls: boolean;
  /** Part of exception handling. */
  readonly exceptional: boolean;
  /** A line of a body that LLVM does not count as an instruction. */
  readonly pseudo: boolean;
}

const PLAIN: InstructionFacts = {
  terminator: false,
  readsMemory: false,
  writesMemory: false,
  calls: false,
  exceptional: false,
  pseudo: false,
};
const TERMINATOR: InstructionFacts = { ...PLAIN, terminator: true };
const READ: InstructionFacts = { ...PLAIN, readsMemory: true };
const WRITE: InstructionFacts = { ...PLAIN, writesMemory: true };
const UPDATE: InstructionFacts = { ...READ, writesMemory: true };
const CALL: InstructionFacts = { ...UPDATE, calls: true };
const PAD: InstructionFacts = { ...PLAIN, exceptional: true };
const PSEUDO: InstructionFacts = { ...PLAIN, pseudo: true };

const NO_LABELS: readonly string[] = [];

/** The table, by kind. */
export const INSTRUCTION_FACTS: { readonly [Kind in Instruction['kind']]: InstructionFacts } = {
  ret: TERMINATOR,
  br: TERMINATOR,
  switch: TERMINATOR,
  indirectbr: TERMINATOR,
  unreachable: TERMINATOR,
  invoke: { ...CALL, terminator: true, exceptional: true },
  callbr: { ...CALL, terminator: true },
  resume: { ...TERMINATOR, exceptional: true },
  catchswitch: { ...TERMINATOR, exceptional: true },
  catchret: { ...TERMINATOR, exceptional: true },
  cleanupret: { ...TERMINATOR, exceptional: true },
  fneg: PLAIN,
  binary: PLAIN,
  extractelement: PLAIN,
  insertelement: PLAIN,
  shufflevector: PLAIN,
  extractvalue: PLAIN,
  insertvalue: PLAIN,
  alloca: PLAIN,
  load: READ,
  store: WRITE,
  fence: UPDATE,
  cmpxchg: UPDATE,
  atomicrmw: UPDATE,
  getelementptr: PLAIN,
  cast: PLAIN,
  icmp: PLAIN,
  fcmp: PLAIN,
  phi: PLAIN,
  select: PLAIN,
  freeze: PLAIN,
  // Reads and advances the list that its operand points at.
  va_arg: UPDATE,
  call: CALL,
  landingpad: PAD,
  catchpad: PAD,
  cleanuppad: PAD,
  'debug-record': PSEUDO,
  uselistorder: PSEUDO,
};

/** Whether an instruction ends its block. */
export function isTerminator(instruction: Instruction): instruction is Terminator {
  return INSTRUCTION_FACTS[instruction.kind].terminator;
}

/** The pointer through which the instruction itself accesses memory; undefined where it accesses none, and for calls. */
export function accessedPointer(instruction: Instruction): TypedValue | undefined {
  const { kind } = instruction;
  if (kind === 'load' || kind === 'store' || kind === 'cmpxchg' || kind === 'atomicrmw')
    return instruction.pointer;
  return kind === 'va_arg' ? instruction.list : undefined;
}

/** The labels that a terminator names, in the order of the text, with repetitions; none for other instructions. */
export function successors(instruction: Instruction): readonly string[] {
  return isTerminator(instruction) ? targets(instruction) : NO_LABELS;
}

function targets(terminator: Terminator): readonly string[] {
  switch (terminator.kind) {
    case 'br':
      return terminator.ifFalse === undefined
        ? [terminator.ifTrue]
        : [terminator.ifTrue, terminator.ifFalse];
    case 'switch':
      return [terminator.defaultTarget, ...terminator.cases.map(({ target }) => target)];
    case 'indirectbr':
      return terminator.targets;
    case 'invoke':
      return [terminator.normal, terminator.unwind];
    case 'callbr':
      return [terminator.fallthrough, ...terminator.indirect];
    case 'catchswitch':
      return terminator.unwind === undefined
        ? terminator.handlers
        : [...terminator.handlers, terminator.unwind];
    case 'catchret':
      return [terminator.target];
    case 'cleanupret':
      return terminator.unwind === undefined ? NO_LABELS : [terminator.unwind];
    case 'ret':
    case 'resume':
    case 'unreachable':
      return NO_LABELS;
  }
}
