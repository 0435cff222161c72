/** @see LangRef, "Unary", "Binary", "Vector", "Aggregate", "Conversion" and "Other Operations" */
import type * as ir from '../model/index.js';
import type { InstructionParser } from './atoms.js';
import { FAST_MATH_FLAGS, FLOAT_PREDICATES, INTEGER_PREDICATES, K } from './keywords.js';
import type { WordList } from './keywords.js';
import { parseIntegerFlags } from './memory.js';
import { parseAttachments, parseAttachmentsAfterComma } from './metadata.js';
import type { Parser } from './parser.js';
import { defineResult, useLocal } from './results.js';
import { Token } from './token.js';
import { parseType } from './types.js';
import { parsePad } from './terminators.js';
import { parseTypedValue, parseTypedValues, parseValue } from './values.js';

const NO_FLAGS: readonly string[] = [];

// 'fneg' flags type value
export function parseFNeg(p: Parser): ir.FNeg {
  const flags = parseFastMathFlags(p);
  const operand = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'fneg',
    flags,
    operand,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// opcode flags type value ',' value
export function parseBinary(opcode: ir.BinaryOpcode): InstructionParser {
  const parseFlags = opcode.startsWith('f') ? parseFastMathFlags : parseIntegerFlags;
  return (p) => {
    const flags = parseFlags(p);
    const type = parseType(p);
    const left = parseValue(p, type);
    p.expect(Token.comma);
    const right = parseValue(p, type);
    const attachments = parseAttachments(p);
    return {
      kind: 'binary',
      opcode,
      flags,
      type,
      left,
      right,
      result: defineResult(p),
      attachments,
      start: p.instructionStart,
      end: p.previousEnd,
      verbatim: true,
    };
  };
}

// 'icmp' flags predicate type value ',' value
export function parseICmp(p: Parser): ir.ICmp {
  const flags = parseIntegerFlags(p);
  const predicate = parsePredicate(p, INTEGER_PREDICATES);
  const type = parseType(p);
  const left = parseValue(p, type);
  p.expect(Token.comma);
  const right = parseValue(p, type);
  const attachments = parseAttachments(p);
  return {
    kind: 'icmp',
    flags,
    predicate,
    type,
    left,
    right,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'fcmp' flags predicate type value ',' value
export function parseFCmp(p: Parser): ir.FCmp {
  const flags = parseFastMathFlags(p);
  const predicate = parsePredicate(p, FLOAT_PREDICATES);
  const type = parseType(p);
  const left = parseValue(p, type);
  p.expect(Token.comma);
  const right = parseValue(p, type);
  const attachments = parseAttachments(p);
  return {
    kind: 'fcmp',
    flags,
    predicate,
    type,
    left,
    right,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'extractelement' type vector ',' type index
export function parseExtractElement(p: Parser): ir.ExtractElement {
  const vector = parseTypedValue(p);
  p.expect(Token.comma);
  const index = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'extractelement',
    vector,
    index,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'insertelement' type vector ',' type element ',' type index
export function parseInsertElement(p: Parser): ir.InsertElement {
  const vector = parseTypedValue(p);
  p.expect(Token.comma);
  const element = parseTypedValue(p);
  p.expect(Token.comma);
  const index = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'insertelement',
    vector,
    element,
    index,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'shufflevector' type vector ',' type vector ',' type mask
export function parseShuffleVector(p: Parser): ir.ShuffleVector {
  const left = parseTypedValue(p);
  p.expect(Token.comma);
  const right = parseTypedValue(p);
  p.expect(Token.comma);
  const mask = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'shufflevector',
    left,
    right,
    mask,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'extractvalue' type aggregate { ',' index }
export function parseExtractValue(p: Parser): ir.ExtractValue {
  const aggregate = parseTypedValue(p);
  p.expect(Token.comma);
  const { indices, attachments } = parseIndices(p);
  return {
    kind: 'extractvalue',
    aggregate,
    indices,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'insertvalue' type aggregate ',' type element { ',' index }
export function parseInsertValue(p: Parser): ir.InsertValue {
  const aggregate = parseTypedValue(p);
  p.expect(Token.comma);
  const element = parseTypedValue(p);
  p.expect(Token.comma);
  const { indices, attachments } = parseIndices(p);
  return {
    kind: 'insertvalue',
    aggregate,
    element,
    indices,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// opcode flags type value 'to' type
export function parseCast(opcode: ir.CastOpcode): InstructionParser {
  const parseFlags =
    opcode === 'fptrunc' || opcode === 'fpext' ? parseFastMathFlags : parseIntegerFlags;
  return (p) => {
    const flags = parseFlags(p);
    const operand = parseTypedValue(p);
    p.expectWord(K.to);
    const type = parseType(p);
    const attachments = parseAttachments(p);
    return {
      kind: 'cast',
      opcode,
      flags,
      operand,
      type,
      result: defineResult(p),
      attachments,
      start: p.instructionStart,
      end: p.previousEnd,
      verbatim: true,
    };
  };
}

// 'phi' flags type '[' value ',' block ']' { ',' '[' value ',' block ']' }
export function parsePhi(p: Parser): ir.Phi {
  const flags = parseFastMathFlags(p);
  const type = parseType(p);
  const incoming: ir.PhiEdge[] = [];
  while (p.kind === Token.leftBracket) {
    p.next();
    const value = parseValue(p, type);
    p.expect(Token.comma);
    incoming.push({ value, block: useLocal(p).text });
    p.expect(Token.rightBracket);
    if (!p.eat(Token.comma)) return phi(p, flags, type, incoming, false);
  }
  return phi(p, flags, type, incoming, incoming.length > 0 || p.eat(Token.comma));
}

// 'select' flags type value ',' type value ',' type value
export function parseSelect(p: Parser): ir.Select {
  const flags = parseFastMathFlags(p);
  const condition = parseTypedValue(p);
  p.expect(Token.comma);
  const ifTrue = parseTypedValue(p);
  p.expect(Token.comma);
  const ifFalse = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'select',
    flags,
    condition,
    ifTrue,
    ifFalse,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'freeze' type value
export function parseFreeze(p: Parser): ir.Freeze {
  const operand = parseTypedValue(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'freeze',
    operand,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'va_arg' type list ',' type
export function parseVAArg(p: Parser): ir.VAArg {
  const list = parseTypedValue(p);
  p.expect(Token.comma);
  const type = parseType(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'va_arg',
    list,
    type,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'landingpad' type ['cleanup'] { ( 'catch' | 'filter' ) type value }
export function parseLandingPad(p: Parser): ir.LandingPad {
  const type = parseType(p);
  const cleanup = p.eatWord(K.cleanup);
  const clauses: ir.LandingPadClause[] = [];
  while (p.isWord(K.catch) || p.isWord(K.filter)) {
    const kind = p.isWord(K.catch) ? 'catch' : 'filter';
    p.next();
    clauses.push({ kind, value: parseTypedValue(p) });
  }
  const attachments = parseAttachments(p);
  return {
    kind: 'landingpad',
    type,
    cleanup,
    clauses,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// ( 'catchpad' | 'cleanuppad' ) 'within' parent '[' [ operands ] ']'
export function parseFuncletPad(kind: ir.FuncletPad['kind']): InstructionParser {
  return (p) => {
    p.expectWord(K.within);
    const parent = parsePad(p);
    p.expect(Token.leftBracket);
    const operands = p.kind === Token.rightBracket ? [] : parseTypedValues(p);
    p.expect(Token.rightBracket);
    const attachments = parseAttachments(p);
    return {
      kind,
      parent,
      arguments: operands,
      result: defineResult(p),
      attachments,
      start: p.instructionStart,
      end: p.previousEnd,
      verbatim: true,
    };
  };
}

/** `nnan ninf`, `fast` … as far as they go. */
export function parseFastMathFlags(p: Parser): readonly string[] {
  let flag = p.kind === Token.word ? FAST_MATH_FLAGS.get(p.atom) : undefined;
  if (flag === undefined) return NO_FLAGS;
  const flags: string[] = [];
  while (flag !== undefined) {
    flags.push(flag);
    p.next();
    flag = p.kind === Token.word ? FAST_MATH_FLAGS.get(p.atom) : undefined;
  }
  return flags;
}

function parsePredicate(p: Parser, predicates: WordList<string>): string {
  const predicate = p.kind === Token.word ? predicates.get(p.atom) : undefined;
  if (predicate === undefined) p.expected('a predicate');
  p.next();
  return predicate;
}

// n { ',' n } attachments
function parseIndices(p: Parser): Pick<ir.ExtractValue, 'indices' | 'attachments'> {
  const indices = [p.expectNumber()];
  let comma = p.eat(Token.comma);
  while (comma && p.kind === Token.integer) {
    indices.push(p.expectNumber());
    comma = p.eat(Token.comma);
  }
  return { indices, attachments: parseAttachmentsAfterComma(p, comma) };
}

function phi(
  p: Parser,
  flags: readonly string[],
  type: ir.Type,
  incoming: readonly ir.PhiEdge[],
  comma: boolean,
): ir.Phi {
  const attachments = parseAttachmentsAfterComma(p, comma);
  return {
    kind: 'phi',
    flags,
    type,
    incoming,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}
