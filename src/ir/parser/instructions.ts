/** The table of opcodes, and what stands around an instruction. */
import type * as ir from '../model/index.js';
import { INSTRUCTION_FACTS } from '../instruction-table.js';
import type { InstructionParser } from './atoms.js';
import { keyword } from './atoms.js';
import { parseCall, parseCallBr, parseInvoke, parseTailCall } from './calls.js';
import { K } from './keywords.js';
import * as memory from './memory.js';
import { parseMetadata } from './metadata.js';
import * as operations from './operations.js';
import type { Parser } from './parser.js';
import { rejectResult } from './results.js';
import * as terminators from './terminators.js';
import { Token } from './token.js';
import { parseTypedValue } from './values.js';

const OPCODES: { readonly [opcode: string]: InstructionParser } = {
  ret: terminators.parseRet,
  br: terminators.parseBr,
  switch: terminators.parseSwitch,
  indirectbr: terminators.parseIndirectBr,
  resume: terminators.parseResume,
  catchswitch: terminators.parseCatchSwitch,
  catchret: terminators.parseCatchRet,
  cleanupret: terminators.parseCleanupRet,
  unreachable: terminators.parseUnreachable,
  invoke: parseInvoke,
  callbr: parseCallBr,
  call: parseCall,
  tail: parseTailCall('tail'),
  musttail: parseTailCall('musttail'),
  notail: parseTailCall('notail'),
  fneg: operations.parseFNeg,
  extractelement: operations.parseExtractElement,
  insertelement: operations.parseInsertElement,
  shufflevector: operations.parseShuffleVector,
  extractvalue: operations.parseExtractValue,
  insertvalue: operations.parseInsertValue,
  alloca: memory.parseAlloca,
  load: memory.parseLoad,
  store: memory.parseStore,
  fence: memory.parseFence,
  cmpxchg: memory.parseCmpXchg,
  atomicrmw: memory.parseAtomicRMW,
  getelementptr: memory.parseGetElementPtr,
  icmp: operations.parseICmp,
  fcmp: operations.parseFCmp,
  phi: operations.parsePhi,
  select: operations.parseSelect,
  freeze: operations.parseFreeze,
  va_arg: operations.parseVAArg,
  landingpad: operations.parseLandingPad,
  catchpad: operations.parseFuncletPad('catchpad'),
  cleanuppad: operations.parseFuncletPad('cleanuppad'),
  uselistorder: parseUseListOrder,
};
for (const [opcode, parse] of Object.entries(OPCODES)) keyword(opcode).instruction = parse;
for (const [kind, { terminator }] of Object.entries(INSTRUCTION_FACTS)) {
  keyword(kind).terminator = terminator;
}

const BINARY_OPCODES: readonly ir.BinaryOpcode[] = [
  ...([
    'add',
    'fadd',
    'sub',
    'fsub',
    'mul',
    'fmul',
    'udiv',
    'sdiv',
    'fdiv',
    'urem',
    'srem',
    'frem',
  ] as const),
  ...(['shl', 'lshr', 'ashr', 'and', 'or', 'xor'] as const),
];
for (const opcode of BINARY_OPCODES) keyword(opcode).instruction = operations.parseBinary(opcode);

const CAST_OPCODES: readonly ir.CastOpcode[] = [
  ...([
    'trunc',
    'zext',
    'sext',
    'fptrunc',
    'fpext',
    'fptoui',
    'fptosi',
    'uitofp',
    'sitofp',
  ] as const),
  ...(['ptrtoint', 'ptrtoaddr', 'inttoptr', 'bitcast', 'addrspacecast'] as const),
];
for (const opcode of CAST_OPCODES) keyword(opcode).instruction = operations.parseCast(opcode);

// [ name '=' ] opcode … | '#' record
/** Reads an instruction, a debug record or a use-list order. */
export function parseInstruction(p: Parser): ir.Instruction {
  p.instructionStart = p.start;
  p.result = undefined;
  p.ended = false;
  if (p.kind === Token.local) {
    p.result = p.atom;
    p.next();
    p.expect(Token.equals);
  } else if (p.kind === Token.hashWord) return parseDebugRecord(p);
  if (p.kind !== Token.word) p.expected('an instruction');
  const parse = p.atom.instruction;
  if (parse === undefined) p.failHere('TBX0104', `unknown instruction ${p.found()}`);
  p.ended = p.atom.terminator;
  p.next();
  return parse(p);
}

// '#' name '(' [ metadata { ',' metadata } ] ')'
function parseDebugRecord(p: Parser): ir.DebugRecord {
  const name = p.atom.text.slice(1);
  if (!DEBUG_RECORDS.has(name)) p.failHere('TBX0105', `unknown debug record ${p.found()}`);
  p.next();
  p.expect(Token.leftParenthesis);
  const operands: ir.Metadata[] = [];
  if (p.kind !== Token.rightParenthesis) {
    do operands.push(parseMetadata(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightParenthesis);
  return {
    kind: 'debug-record',
    name,
    operands,
    result: undefined,
    attachments: [],
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

const DEBUG_RECORDS: ReadonlySet<string> = new Set([
  'dbg_value',
  'dbg_declare',
  'dbg_assign',
  'dbg_label',
  'dbg_declare_value',
]);

// 'uselistorder' type value ',' '{' n { ',' n } '}'
function parseUseListOrder(p: Parser): ir.UseListOrder {
  // 'uselistorder label %b' orders the uses of a block.
  if (p.eatWord(K.label)) p.expect(Token.local);
  else parseTypedValue(p);
  p.expect(Token.comma);
  parseUseListIndices(p);
  rejectResult(p);
  return {
    kind: 'uselistorder',
    text: p.text.slice(p.instructionStart, p.previousEnd),
    result: undefined,
    attachments: [],
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// '{' n { ',' n } '}'
export function parseUseListIndices(p: Parser): void {
  p.expect(Token.leftBrace);
  do p.expect(Token.integer);
  while (p.eat(Token.comma));
  p.expect(Token.rightBrace);
}
