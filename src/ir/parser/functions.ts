/** @see LangRef, "Functions" */
import type * as ir from '../model/index.js';
import { parseAttributes } from './attributes.js';
import { parseCallingConvention } from './calls.js';
import { parseComdatClause, parseLinkage, parseOptional } from './globals.js';
import { K, UNNAMED_ADDRESSES } from './keywords.js';
import { parseFunctionAttachments } from './metadata.js';
import type { Parser } from './parser.js';
import { checkNumber } from './results.js';
import { Token } from './token.js';
import { parseOptionalAddressSpace, parseType } from './types.js';
import { parseTypedValue } from './values.js';

// 'declare' attachments head
export function parseDeclaration(p: Parser): ir.FunctionEntity {
  const { start } = p;
  p.expectWord(K.declare);
  return parseHead(p, start, parseFunctionAttachments(p));
}

// 'define' head attachments '{' … '}'
/** Reads a definition; of the body, only the end is found. */
export function parseDefinition(p: Parser): ir.FunctionEntity {
  const { start } = p;
  p.expectWord(K.define);
  return parseHead(p, start, undefined);
}

// attachments '{' … '}'
function parseRest(p: Parser): Pick<ir.FunctionEntity, 'attachments' | 'body'> {
  const attachments = parseFunctionAttachments(p);
  if (p.kind !== Token.leftBrace) p.expected("'{'");
  const body = { start: p.start, end: p.skipBody(p.start) };
  p.jump(body.end);
  return { attachments, body };
}

// linkage [cc] attributes type name '(' parameters ')' [unnamed_addr] [addrspace] attributes …
/** @param declared the attachments of a declaration, which stand in front; undefined for a definition */
function parseHead(
  p: Parser,
  start: number,
  declared: readonly ir.MetadataAttachment[] | undefined,
): ir.FunctionEntity {
  const linkage = parseLinkage(p);
  const callingConvention = parseCallingConvention(p);
  const returnAttributes = parseAttributes(p);
  const returns = parseType(p);
  const nameStart = p.start;
  const name = p.expectAtom(Token.global).text;
  const { parameters, variadic } = parseParameters(p, declared === undefined);
  const unnamedAddr = parseOptional(p, UNNAMED_ADDRESSES);
  const addressSpace = parseOptionalAddressSpace(p);
  // 'align' counts as an attribute where it stands among them; LLVM takes it as the function's alignment.
  const listed = parseAttributes(p);
  const section = p.eatWord(K.section) ? p.expectString() : undefined;
  const partition = p.eatWord(K.partition) ? p.expectString() : undefined;
  const comdat = p.isWord(K.comdat) ? parseComdatClause(p) : undefined;
  const alignment = p.eatWord(K.align) ? parseAlignment(p) : listedAlignment(listed);
  const gc = p.eatWord(K.gc) ? p.expectString() : undefined;
  const prefix = p.eatWord(K.prefix) ? parseTypedValue(p) : undefined;
  const prologue = p.eatWord(K.prologue) ? parseTypedValue(p) : undefined;
  const personality = p.eatWord(K.personality) ? parseTypedValue(p) : undefined;
  const rest = declared === undefined ? parseRest(p) : { attachments: declared, body: undefined };
  // One literal, without spreads: so all functions have one hidden class, which V8 knows from the start.
  return {
    kind: 'function',
    name,
    nameStart,
    linkage: linkage.linkage,
    preemption: linkage.preemption,
    visibility: linkage.visibility,
    dllStorage: linkage.dllStorage,
    callingConvention,
    returnAttributes,
    returns,
    parameters,
    variadic,
    unnamedAddr,
    addressSpace,
    attributes: withoutAlignment(listed),
    section,
    partition,
    comdat,
    alignment,
    gc,
    prefix,
    prologue,
    personality,
    attachments: rest.attachments,
    body: rest.body,
    start,
    end: p.previousEnd,
  };
}

// n | '(' n ')'
function parseAlignment(p: Parser): number {
  if (!p.eat(Token.leftParenthesis)) return p.expectNumber();
  const alignment = p.expectNumber();
  p.expect(Token.rightParenthesis);
  return alignment;
}

function isAlignment(attribute: ir.Attribute): boolean {
  return attribute.kind === 'integer' && attribute.name === 'align';
}

function listedAlignment(attributes: readonly ir.Attribute[]): number | undefined {
  const found = attributes.find(isAlignment);
  return found?.kind === 'integer' ? Number(found.value) : undefined;
}

function withoutAlignment(attributes: readonly ir.Attribute[]): readonly ir.Attribute[] {
  return attributes.some(isAlignment)
    ? attributes.filter((attribute) => !isAlignment(attribute))
    : attributes;
}

// '(' [ parameter { ',' parameter } ] [ ',' '...' ] ')'
function parseParameters(
  p: Parser,
  isDefinition: boolean,
): Pick<ir.FunctionEntity, 'parameters' | 'variadic'> {
  p.expect(Token.leftParenthesis);
  p.nextNumber = 0;
  const parameters: ir.Parameter[] = [];
  let variadic = false;
  while (p.kind !== Token.rightParenthesis) {
    variadic = p.eat(Token.ellipsis);
    if (variadic) break;
    parameters.push(parseParameter(p, isDefinition));
    if (!p.eat(Token.comma)) break;
  }
  p.expect(Token.rightParenthesis);
  return { parameters, variadic };
}

// type attributes [name]
function parseParameter(p: Parser, isDefinition: boolean): ir.Parameter {
  const type = parseType(p);
  const attributes = parseAttributes(p);
  if (p.kind === Token.local) {
    checkNumber(p, p.atom, p.start);
    return { type, attributes, name: p.expectAtom(Token.local).text };
  }
  return { type, attributes, name: isDefinition ? `%${p.nextNumber++}` : undefined };
}
