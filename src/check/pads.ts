/**
 * Exceptions: where landing pads and funclets stand, and who may lead to them.
 *
 * @see LangRef, "'landingpad' Instruction", "'catchswitch' Instruction", "Exception Handling"
 */
import { INSTRUCTION_FACTS } from '../ir/index.js';
import type { Block, Instruction, LandingPad, Type, Value } from '../ir/index.js';
import type { ControlFlow } from './control-flow.js';
import type { BodyScope } from './scope.js';

type Pad = Extract<Instruction, { kind: 'landingpad' | 'catchswitch' | 'catchpad' | 'cleanuppad' }>;

export function isPad(instruction: Instruction): instruction is Pad {
  const { kind } = instruction;
  return (
    kind === 'landingpad' || kind === 'catchswitch' || kind === 'catchpad' || kind === 'cleanuppad'
  );
}

/** Checks the pads of a body and what leads to them. */
export function checkPads(scope: BodyScope, flow: ControlFlow): void {
  let thrown: Type | undefined;
  for (const [at, block] of flow.blocks.entries()) {
    for (const instruction of block.instructions) {
      const report = (message: string): void => {
        scope.findings.report('TBX0421', message, instruction);
      };
      if (isPad(instruction)) checkPad(scope, flow, at, block, instruction, report);
      checkLeaving(scope, flow, instruction, report);
      const type = thrownType(instruction);
      if (type === undefined) continue;
      thrown ??= type;
      if (!scope.types.same(thrown, type)) {
        report(`exceptions of type '${type.text}' in a function that has '${thrown.text}'`);
      }
    }
  }
}

type Report = (message: string) => void;

/** The type in which an instruction holds an exception: one in a function. */
function thrownType(instruction: Instruction): Type | undefined {
  if (instruction.kind === 'landingpad') return instruction.type;
  return instruction.kind === 'resume' ? instruction.value.type : undefined;
}

function checkPad(
  scope: BodyScope,
  flow: ControlFlow,
  at: number,
  block: Block,
  pad: Pad,
  report: Report,
): void {
  if (scope.fn.personality === undefined) {
    report(`'${pad.kind}' needs to be in a function with a personality`);
  }
  if (block.instructions.find(isReal) !== pad) {
    report(`'${pad.kind}' is not the first instruction of its block`);
  } else if (at === 0) report(`'${pad.kind}' cannot be in the first block`);
  if (pad.kind === 'landingpad') checkLandingPad(pad, report);
  else checkParent(scope, pad, report);
  if (pad.kind === 'catchswitch') checkHandlers(flow, pad.handlers, report);
  checkPredecessors(flow, at, block, pad, report);
}

function checkLandingPad({ clauses, cleanup }: LandingPad, report: Report): void {
  if (clauses.length === 0 && !cleanup) {
    report('a landing pad needs at least one clause or to be a cleanup');
  }
}

function checkParent(scope: BodyScope, pad: Exclude<Pad, LandingPad>, report: Report): void {
  const kind = definitionKind(scope, pad.parent);
  if (pad.kind === 'catchpad') {
    if (kind !== 'catchswitch') report('a catchpad is nested in a catchswitch');
  } else if (!isNone(pad.parent) && kind !== 'catchpad' && kind !== 'cleanuppad') {
    report(`a ${pad.kind} is nested in a catchpad, a cleanuppad or none`);
  }
}

function definitionKind(scope: BodyScope, value: Value): Instruction['kind'] | undefined {
  return value.kind === 'local' ? scope.definitions.get(value.name)?.kind : undefined;
}

function isNone(value: Value): boolean {
  return value.kind === 'keyword' && value.keyword === 'none';
}

function checkHandlers(flow: ControlFlow, handlers: readonly string[], report: Report): void {
  if (handlers.length === 0) report('a catchswitch cannot have an empty list of handlers');
  const odd = handlers.find((label) => {
    const first = firstOf(flow, label);
    return first !== undefined && first.kind !== 'catchpad';
  });
  if (odd !== undefined) report(`the handler '${odd}' does not begin with a catchpad`);
}

/** Only ways of unwinding lead to a pad. */
function checkPredecessors(
  flow: ControlFlow,
  at: number,
  { label }: Block,
  pad: Pad,
  report: Report,
): void {
  for (const from of flow.predecessors[at] ?? []) {
    const last = flow.blocks[from]?.instructions.findLast(isReal);
    if (last === undefined || unwindsTo(last, label, pad)) continue;
    report(
      `'${last.kind}' of block '${flow.blocks[from]?.label ?? ''}' cannot lead to a ${pad.kind}`,
    );
    return;
  }
}

function unwindsTo(last: Instruction, label: string, pad: Pad): boolean {
  switch (last.kind) {
    case 'invoke':
      return pad.kind !== 'catchpad' && last.unwind === label && last.normal !== label;
    case 'catchswitch':
      if (pad.kind !== 'catchpad') return pad.kind !== 'landingpad' && last.unwind === label;
      return isLocal(pad.parent, last.result) && last.unwind !== label;
    case 'cleanupret':
      return pad.kind === 'catchswitch' || pad.kind === 'cleanuppad';
    default:
      return false;
  }
}

function isLocal(value: Value, name: string | undefined): boolean {
  return value.kind === 'local' && value.name === name;
}

/** Checks where an instruction goes on when there is an exception, and which pad it leaves. */
function checkLeaving(
  scope: BodyScope,
  flow: ControlFlow,
  instruction: Instruction,
  report: Report,
): void {
  switch (instruction.kind) {
    case 'resume':
      if (scope.fn.personality === undefined) {
        report("'resume' needs to be in a function with a personality");
      }
      return;
    case 'invoke': {
      const first = firstOf(flow, instruction.unwind);
      if (first === undefined || isPad(first)) return;
      report(`'${instruction.unwind}' does not begin with a landing pad or a funclet`);
      return;
    }
    case 'catchret':
      if (definitionKind(scope, instruction.pad) === 'catchpad') return;
      report('a catchret needs a catchpad to return from');
      return;
    case 'cleanupret':
      if (definitionKind(scope, instruction.pad) !== 'cleanuppad') {
        report('a cleanupret needs a cleanuppad to return from');
      }
      checkFuncletUnwind(flow, instruction.unwind, report);
      return;
    case 'catchswitch':
      checkFuncletUnwind(flow, instruction.unwind, report);
      return;
    default:
      return;
  }
}

function checkFuncletUnwind(flow: ControlFlow, unwind: string | undefined, report: Report): void {
  const first = unwind === undefined ? undefined : firstOf(flow, unwind);
  if (first === undefined || (isPad(first) && first.kind !== 'landingpad')) return;
  report(`'${unwind ?? ''}' does not begin with a catchswitch or a cleanuppad`);
}

function firstOf(flow: ControlFlow, label: string): Instruction | undefined {
  return flow.blocks[flow.index(label) ?? -1]?.instructions.find(isReal);
}

/** Whether an instruction is one that may not stand in front of a pad. */
function isReal({ kind }: Instruction): boolean {
  return kind !== 'phi' && !INSTRUCTION_FACTS[kind].pseudo;
}
