/** @see LangRef, "Terminator Instructions" */
import type * as ir from '../model/index.js';
import { defineResult, rejectResult, useLocal } from './results.js';
import { K } from './keywords.js';
import { parseAttachments } from './metadata.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';
import { parseType } from './types.js';
import { parseTypedValue, parseValue } from './values.js';

// 'ret' 'void' | 'ret' type value
export function parseRet(p: Parser): ir.Ret {
  const type = parseType(p);
  const value = type.kind === 'void' ? undefined : { type, value: parseValue(p, type) };
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'ret',
    value,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'br' 'label' block | 'br' 'i1' value ',' 'label' block ',' 'label' block
export function parseBr(p: Parser): ir.Br {
  let condition: ir.TypedValue | undefined;
  if (!p.isWord(K.label)) {
    condition = parseTypedValue(p);
    p.expect(Token.comma);
  }
  const ifTrue = parseLabel(p);
  let ifFalse: string | undefined;
  if (condition !== undefined) {
    p.expect(Token.comma);
    ifFalse = parseLabel(p);
  }
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'br',
    condition,
    ifTrue,
    ifFalse,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'switch' type value ',' 'label' block '[' { type value ',' 'label' block } ']'
export function parseSwitch(p: Parser): ir.Switch {
  const value = parseTypedValue(p);
  p.expect(Token.comma);
  const defaultTarget = parseLabel(p);
  p.expect(Token.leftBracket);
  const cases: ir.SwitchCase[] = [];
  while (!p.eat(Token.rightBracket)) {
    const caseValue = parseTypedValue(p);
    p.expect(Token.comma);
    cases.push({ value: caseValue, target: parseLabel(p) });
  }
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'switch',
    value,
    defaultTarget,
    cases,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'indirectbr' type value ',' '[' { 'label' block } ']'
export function parseIndirectBr(p: Parser): ir.IndirectBr {
  const address = parseTypedValue(p);
  p.expect(Token.comma);
  const targets = parseLabels(p);
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'indirectbr',
    address,
    targets,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'resume' type value
export function parseResume(p: Parser): ir.Resume {
  const value = parseTypedValue(p);
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'resume',
    value,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'unreachable'
export function parseUnreachable(p: Parser): ir.Unreachable {
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'unreachable',
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'catchswitch' 'within' parent '[' { 'label' block } ']' 'unwind' ( 'to' 'caller' | 'label' block )
export function parseCatchSwitch(p: Parser): ir.CatchSwitch {
  p.expectWord(K.within);
  const parent = parsePad(p);
  const handlers = parseLabels(p);
  const unwind = parseUnwind(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'catchswitch',
    parent,
    handlers,
    unwind,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'catchret' 'from' pad 'to' 'label' block
export function parseCatchRet(p: Parser): ir.CatchRet {
  p.expectWord(K.from);
  const pad = parsePad(p);
  p.expectWord(K.to);
  const target = parseLabel(p);
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'catchret',
    pad,
    target,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'cleanupret' 'from' pad 'unwind' ( 'to' 'caller' | 'label' block )
export function parseCleanupRet(p: Parser): ir.CleanupRet {
  p.expectWord(K.from);
  const pad = parsePad(p);
  const unwind = parseUnwind(p);
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'cleanupret',
    pad,
    unwind,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'label' block
export function parseLabel(p: Parser): string {
  p.expectWord(K.label);
  return useLocal(p).text;
}

// '[' [ 'label' block { ',' 'label' block } ] ']'
export function parseLabels(p: Parser): string[] {
  p.expect(Token.leftBracket);
  const labels: string[] = [];
  if (p.kind !== Token.rightBracket) {
    do labels.push(parseLabel(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightBracket);
  return labels;
}

// 'none' | local
export function parsePad(p: Parser): ir.Value {
  return parseValue(p, p.types.token);
}

// 'unwind' ( 'to' 'caller' | 'label' block )
function parseUnwind(p: Parser): string | undefined {
  p.expectWord(K.unwind);
  if (!p.eatWord(K.to)) return parseLabel(p);
  p.expectWord(K.caller);
  return undefined;
}
