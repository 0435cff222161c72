/** Function bodies, instruction by instruction. */
import { definitionsOf } from '../ir/definitions.js';
import { forEachOperand, successors } from '../ir/index.js';
import type { FunctionBody, Instruction, Type } from '../ir/index.js';
import { checkCallAttributes } from './attributes.js';
import { checkBlocks } from './blocks.js';
import { isAttachedCall } from './bundles.js';
import { checkCall } from './calls.js';
import { ControlFlow } from './control-flow.js';
import { checkDominance } from './dominance.js';
import type { CheckCode } from './findings.js';
import { checkInstructionAttachments } from './instruction-attachments.js';
import * as memory from './memory.js';
import {
  checkAttachments,
  checkDebugIntrinsic,
  checkDebugRecord,
  checkMetadataOperand,
} from './metadata-uses.js';
import * as operations from './operations.js';
import { checkPads } from './pads.js';
import { resultType } from './result-types.js';
import type { BodyScope, ModuleScope, Place } from './scope.js';
import { checkTailCalls } from './tail-calls.js';
import * as terminators from './terminators.js';
import { checkBodyUseLists } from './use-lists.js';
import { checkOperand, checkValue } from './values.js';

/** Checks one body. */
export function checkBody(scope: ModuleScope, body: FunctionBody): void {
  const inside: BodyScope = {
    ...scope,
    fn: body.function,
    locals: localTypes(scope, body),
    definitions: definitionsOf(body),
  };
  for (const { instructions } of body.blocks) {
    for (const instruction of instructions) checkInstruction(inside, instruction);
  }
  checkBodyUseLists(inside, body);
  const flow = new ControlFlow(body);
  checkBlocks(inside, flow);
  checkPads(inside, flow);
  for (const block of body.blocks) checkTailCalls(inside, block);
  checkDominance(inside, flow);
}

/** The types of all names that a body defines: operands may stand in front of the definition. */
function localTypes(scope: ModuleScope, { function: fn, blocks }: FunctionBody): Map<string, Type> {
  const locals = new Map<string, Type>();
  for (const { name, type } of fn.parameters) if (name !== undefined) locals.set(name, type);
  for (const { label, instructions } of blocks) {
    locals.set(label, scope.module.typeTable.label);
    for (const instruction of instructions) {
      const { result } = instruction;
      const type = result === undefined ? undefined : resultType(scope, instruction);
      if (result !== undefined && type !== undefined) locals.set(result, type);
    }
  }
  return locals;
}

function checkInstruction(scope: BodyScope, instruction: Instruction): void {
  const { start, end } = instruction;
  const place: Place = { start, end, locals: scope.locals };
  forEachOperand(instruction, (operand) => {
    if (operand.value.kind === 'metadata')
      checkMetadataOperand(scope, operand.value.metadata, place);
    else if (!isAttachedCall(instruction, operand.value)) checkOperand(scope, operand, place);
  });
  for (const label of successors(instruction)) checkLabel(scope, label, place);
  checkAttachments(scope, instruction.attachments, place);
  if (instruction.attachments.length > 0) checkInstructionAttachments(scope, instruction);
  checkKind(scope, instruction, place);
}

function checkLabel(scope: BodyScope, name: string, place: Place): void {
  const type = scope.locals.get(name);
  if (type === undefined || type.kind === 'label') return;
  const where = scope.findings.locate(name, place);
  scope.findings.report(
    'TBX0416',
    `'${name}' is a value of type '${type.text}', not a block`,
    where,
  );
}

function checkKind(scope: BodyScope, instruction: Instruction, place: Place): void {
  const report = (code: CheckCode, message: string, word = ''): void => {
    const where = word === '' ? firstLine(scope, place) : scope.findings.locate(word, place);
    scope.findings.report(code, message, where);
  };
  switch (instruction.kind) {
    case 'ret':
      terminators.checkRet(scope, instruction, report);
      return;
    case 'br':
      terminators.checkBr(scope, instruction, report);
      return;
    case 'switch':
      terminators.checkSwitch(scope, instruction, report);
      return;
    case 'indirectbr':
      terminators.checkIndirectBr(scope, instruction, report);
      return;
    case 'fneg':
      operations.checkFNeg(scope, instruction, report);
      return;
    case 'binary':
      operations.checkBinary(scope, instruction, report);
      return;
    case 'icmp':
      operations.checkICmp(scope, instruction, report);
      return;
    case 'fcmp':
      operations.checkFCmp(scope, instruction, report);
      return;
    case 'cast':
      operations.checkCast(scope, instruction, report);
      return;
    case 'select':
      operations.checkSelect(scope, instruction, report);
      return;
    case 'phi':
      operations.checkPhi(scope, instruction, report);
      for (const { block } of instruction.incoming) checkLabel(scope, block, place);
      return;
    case 'extractelement':
      operations.checkExtractElement(scope, instruction, report);
      return;
    case 'insertelement':
      operations.checkInsertElement(scope, instruction, report);
      return;
    case 'shufflevector':
      operations.checkShuffle(scope, instruction, report);
      return;
    case 'extractvalue':
      operations.checkExtractValue(scope, instruction, report);
      return;
    case 'insertvalue':
      operations.checkInsertValue(scope, instruction, report);
      return;
    case 'landingpad':
      operations.checkLandingPad(scope, instruction, report);
      return;
    case 'alloca':
      memory.checkAlloca(scope, instruction, place, report);
      return;
    case 'load':
      memory.checkLoad(scope, instruction, place, report);
      return;
    case 'store':
      memory.checkStore(scope, instruction, place, report);
      return;
    case 'fence':
      memory.checkFence(instruction, report);
      return;
    case 'cmpxchg':
      memory.checkCmpXchg(scope, instruction, place, report);
      return;
    case 'atomicrmw':
      memory.checkAtomicRMW(scope, instruction, place, report);
      return;
    case 'getelementptr':
      memory.checkGetElementPtr(scope, instruction, report);
      return;
    case 'call':
    case 'invoke':
    case 'callbr':
      checkCall(scope, instruction, place, report);
      checkCallAttributes(scope, instruction);
      checkDebugIntrinsic(scope, instruction);
      return;
    case 'catchswitch':
    case 'catchpad':
    case 'cleanuppad':
      checkValue(scope, scope.module.typeTable.token, instruction.parent, place);
      return;
    case 'catchret':
    case 'cleanupret':
      checkValue(scope, scope.module.typeTable.token, instruction.pad, place);
      return;
    case 'debug-record':
      checkDebugRecord(scope, instruction, place);
      return;
    case 'resume':
    case 'unreachable':
    case 'freeze':
    case 'va_arg':
    case 'uselistorder':
      return;
  }
}

function firstLine(scope: BodyScope, place: Place): { start: number; end: number } {
  const end = scope.findings.source.text.indexOf('\n', place.start);
  return { start: place.start, end: end < 0 || end > place.end ? place.end : end };
}
