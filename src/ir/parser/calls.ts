/** @see LangRef, "'call' Instruction", "'invoke' Instruction", "'callbr' Instruction", "Operand Bundles" */
import type * as ir from '../model/index.js';
import type { InstructionParser } from './atoms.js';
import { parseAttributes } from './attributes.js';
import { CALLING_CONVENTIONS, K, PARAMETRIC_CONVENTIONS } from './keywords.js';
import { parseAttachments } from './metadata.js';
import { parseFastMathFlags } from './operations.js';
import type { Parser } from './parser.js';
import { defineResult, rejectResult } from './results.js';
import { parseLabel, parseLabels } from './terminators.js';
import { Token } from './token.js';
import { parseOptionalAddressSpace, parseType } from './types.js';
import { parseTypedValues, parseValue } from './values.js';

type CallParts = Required<Omit<ir.CallBase, keyof ir.InstructionBase>>;

const NO_ARGUMENTS: readonly ir.Argument[] = [];
const NO_BUNDLES: readonly ir.OperandBundle[] = [];

// 'call' flags callee-and-arguments
export function parseCall(p: Parser): ir.Call {
  return parseCallOf(p, undefined);
}

// ( 'tail' | 'musttail' | 'notail' ) 'call' flags callee-and-arguments
export function parseTailCall(tail: 'tail' | 'musttail' | 'notail'): InstructionParser {
  return (p) => {
    p.expectWord(K.call);
    return parseCallOf(p, tail);
  };
}

function parseCallOf(p: Parser, tail: ir.Call['tail']): ir.Call {
  const flags = parseFastMathFlags(p);
  const parts = parseCallBase(p, tail);
  const attachments = parseAttachments(p);
  return {
    kind: 'call',
    tail,
    flags,
    callingConvention: parts.callingConvention,
    returnAttributes: parts.returnAttributes,
    addressSpace: parts.addressSpace,
    calleeType: parts.calleeType,
    callee: parts.callee,
    arguments: parts.arguments,
    forwardsVariadic: parts.forwardsVariadic,
    functionAttributes: parts.functionAttributes,
    bundles: parts.bundles,
    result: callResult(p, parts),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'invoke' callee-and-arguments 'to' 'label' block 'unwind' 'label' block
export function parseInvoke(p: Parser): ir.Invoke {
  const parts = parseCallBase(p, undefined);
  p.expectWord(K.to);
  const normal = parseLabel(p);
  p.expectWord(K.unwind);
  const unwind = parseLabel(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'invoke',
    ...parts,
    normal,
    unwind,
    result: callResult(p, parts),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'callbr' callee-and-arguments 'to' 'label' block '[' { 'label' block } ']'
export function parseCallBr(p: Parser): ir.CallBr {
  const parts = parseCallBase(p, undefined);
  p.expectWord(K.to);
  const fallthrough = parseLabel(p);
  const indirect = parseLabels(p);
  const attachments = parseAttachments(p);
  return {
    kind: 'callbr',
    ...parts,
    fallthrough,
    indirect,
    result: callResult(p, parts),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// [cc] [return attributes] [addrspace] type callee '(' arguments ')' [function attributes] ['[' bundles ']']
function parseCallBase(p: Parser, tail: ir.Call['tail']): CallParts {
  const callingConvention = parseCallingConvention(p);
  const returnAttributes = parseAttributes(p);
  const addressSpace = parseOptionalAddressSpace(p);
  const type = parseType(p);
  const callee = parseValue(p, p.types.ptr);
  const args = parseArguments(p);
  const forwardsVariadic = p.kind === Token.ellipsis;
  if (forwardsVariadic) passEllipsis(p, tail);
  p.expect(Token.rightParenthesis);
  const functionAttributes = parseAttributes(p);
  const bundles = p.kind === Token.leftBracket ? parseBundles(p) : NO_BUNDLES;
  return {
    callingConvention,
    returnAttributes,
    addressSpace,
    calleeType: calleeType(p, type, args),
    callee,
    arguments: args,
    forwardsVariadic,
    functionAttributes,
    bundles,
  };
}

function passEllipsis(p: Parser, tail: ir.Call['tail']): void {
  if (tail !== 'musttail')
    p.failHere('TBX0114', "only a 'musttail' call passes variadic arguments on");
  p.next();
}

function calleeType(p: Parser, type: ir.Type, args: readonly ir.Argument[]): ir.CalleeType {
  if (type.kind === 'function') return { type, explicit: true };
  return {
    type: p.types.function(
      type,
      args.map((argument) => argument.type),
    ),
    explicit: false,
  };
}

function callResult(p: Parser, parts: CallParts): string | undefined {
  if (parts.calleeType.type.returns.kind !== 'void') return defineResult(p);
  rejectResult(p);
  return undefined;
}

// 'cc' n | 'ccn' | convention | convention '(' n ')'
/** `fastcc`, `cc 10` …, or undefined where none stands. */
export function parseCallingConvention(p: Parser): string | undefined {
  if (p.kind !== Token.word) return undefined;
  const { atom } = p;
  if (p.eatWord(K.cc)) return `cc ${p.expectNumber()}`;
  if (isNumberedConvention(atom.text)) {
    p.next();
    return atom.text;
  }
  if (CALLING_CONVENTIONS.get(atom) !== undefined) {
    p.next();
    return atom.text;
  }
  if (PARAMETRIC_CONVENTIONS.get(atom) === undefined) return undefined;
  p.next();
  if (!p.eat(Token.leftParenthesis)) return atom.text;
  const number = p.expectNumber();
  p.expect(Token.rightParenthesis);
  return `${atom.text}(${number})`;
}

/** `cc10`, the spelling of old IR for `cc 10`. */
function isNumberedConvention(word: string): boolean {
  return word.startsWith('cc') && /^cc[0-9]+$/.test(word);
}

// '(' [ type attributes value { ',' type attributes value } ]
function parseArguments(p: Parser): readonly ir.Argument[] {
  p.expect(Token.leftParenthesis);
  if (endsArguments(p)) return NO_ARGUMENTS;
  const args: ir.Argument[] = [];
  do {
    if (p.kind === Token.ellipsis) break;
    const type = parseType(p);
    const attributes = parseAttributes(p);
    args.push({ type, attributes, value: parseValue(p, type) });
  } while (p.eat(Token.comma));
  return args;
}

function endsArguments(p: Parser): boolean {
  return p.kind === Token.rightParenthesis || p.kind === Token.ellipsis;
}

// '[' tag '(' [ operands ] ')' { ',' tag '(' [ operands ] ')' } ']'
function parseBundles(p: Parser): readonly ir.OperandBundle[] {
  p.next();
  const bundles: ir.OperandBundle[] = [];
  while (p.kind !== Token.rightBracket) {
    const tag = p.expectString();
    p.expect(Token.leftParenthesis);
    const inputs = p.kind === Token.rightParenthesis ? [] : parseTypedValues(p);
    p.expect(Token.rightParenthesis);
    bundles.push({ tag, inputs });
    if (!p.eat(Token.comma)) break;
  }
  p.expect(Token.rightBracket);
  return bundles;
}
