/** @see LangRef, "Global Variables", "Aliases", "IFuncs", "Linkage Types", "Visibility Styles" */
import type * as ir from '../model/index.js';
import { parseAttributes } from './attributes.js';
import { parseConstant } from './constants.js';
import * as keywords from './keywords.js';
import { K } from './keywords.js';
import type { WordList } from './keywords.js';
import { parseAttachment } from './metadata.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';
import { parseOptionalAddressSpace, parseType, startsType } from './types.js';
import { parseTypedValue } from './values.js';

/** What stands in front of a global's own part; the caller adds its name. */
export type Linkage = Pick<ir.GlobalHeader, 'linkage' | 'preemption' | 'visibility' | 'dllStorage'>;

// [linkage] [preemption] [visibility] [dll storage]
export function parseLinkage(p: Parser): Linkage {
  return {
    linkage: parseOptional(p, keywords.LINKAGES),
    preemption: parseOptional(p, keywords.PREEMPTIONS),
    visibility: parseOptional(p, keywords.VISIBILITIES),
    dllStorage: parseOptional(p, keywords.DLL_STORAGES),
  };
}

/** One of a list of words, or undefined where none of them stands. */
export function parseOptional<Word extends string>(
  p: Parser,
  words: WordList<Word>,
): Word | undefined {
  if (p.kind !== Token.word) return undefined;
  const word = words.get(p.atom);
  if (word !== undefined) p.next();
  return word;
}

// linkage [thread_local] [unnamed_addr] ( variable | alias | ifunc )
/** Reads what stands behind `@name =`. */
export function parseGlobal(
  p: Parser,
  name: string,
  start: number,
): ir.GlobalVariable | ir.GlobalAlias {
  const linkage = parseLinkage(p);
  const threadLocal = parseThreadLocal(p);
  const unnamedAddr = parseOptional(p, keywords.UNNAMED_ADDRESSES);
  const header: ir.GlobalHeader = {
    name,
    nameStart: start,
    linkage: linkage.linkage,
    preemption: linkage.preemption,
    visibility: linkage.visibility,
    dllStorage: linkage.dllStorage,
    unnamedAddr,
  };
  if (p.isWord(K.alias) || p.isWord(K.ifunc)) return parseAlias(p, header, threadLocal, start);
  return parseVariable(p, header, threadLocal, start);
}

// 'thread_local' [ '(' model ')' ]
function parseThreadLocal(p: Parser): ir.GlobalVariable['threadLocal'] {
  if (!p.eatWord(K.thread_local)) return undefined;
  if (!p.eat(Token.leftParenthesis)) return 'generaldynamic';
  const model = parseOptional(p, keywords.THREAD_LOCAL_MODELS);
  if (model === undefined) p.expected('localdynamic, initialexec or localexec');
  p.expect(Token.rightParenthesis);
  return model;
}

// [addrspace] ['externally_initialized'] ( 'global' | 'constant' ) type [constant] { ',' property } attributes
function parseVariable(
  p: Parser,
  header: ir.GlobalHeader,
  threadLocal: ir.GlobalVariable['threadLocal'],
  start: number,
): ir.GlobalVariable {
  const addressSpace = parseOptionalAddressSpace(p);
  const externallyInitialized = p.eatWord(K.externally_initialized);
  const constant = p.eatWord(K.constant);
  if (!constant) p.expectWord(K.global);
  const type = parseType(p);
  const initializerStart = p.start;
  // Only these two linkages declare; with any other, or none, a value must follow.
  const declares = header.linkage === 'external' || header.linkage === 'extern_weak';
  const initializer = declares ? undefined : parseConstant(p);
  const initializerEnd = initializer === undefined ? initializerStart : p.previousEnd;
  const properties = parseProperties(p);
  const attributes = parseAttributes(p);
  // One literal, without spreads: so all variables have one hidden class, which V8 knows from the start.
  return {
    kind: 'variable',
    name: header.name,
    nameStart: header.nameStart,
    linkage: header.linkage,
    preemption: header.preemption,
    visibility: header.visibility,
    dllStorage: header.dllStorage,
    unnamedAddr: header.unnamedAddr,
    threadLocal,
    addressSpace,
    externallyInitialized,
    constant,
    type,
    initializer,
    initializerStart,
    initializerEnd,
    section: properties.section,
    partition: properties.partition,
    comdat: properties.comdat,
    alignment: properties.alignment,
    codeModel: properties.codeModel,
    sanitizerFlags: properties.sanitizerFlags,
    attachments: properties.attachments,
    attributes,
    start,
    end: p.previousEnd,
  };
}

interface Properties {
  section: string | undefined;
  partition: string | undefined;
  comdat: ir.ComdatClause | undefined;
  alignment: number | undefined;
  codeModel: string | undefined;
  sanitizerFlags: string[];
  attachments: ir.MetadataAttachment[];
}

// { ',' ( 'section' string | 'partition' string | comdat | 'align' n | 'code_model' string | sanitizer | attachment ) }
function parseProperties(p: Parser): Properties {
  const properties: Properties = {
    section: undefined,
    partition: undefined,
    comdat: undefined,
    alignment: undefined,
    codeModel: undefined,
    sanitizerFlags: [],
    attachments: [],
  };
  while (p.eat(Token.comma)) parseProperty(p, properties);
  return properties;
}

function parseProperty(p: Parser, properties: Properties): void {
  if (p.kind === Token.metadataName) {
    properties.attachments.push(parseAttachment(p));
    return;
  }
  const flag = parseOptional(p, keywords.SANITIZER_FLAGS);
  if (flag !== undefined) properties.sanitizerFlags.push(flag);
  else if (p.eatWord(K.section)) properties.section = p.expectString();
  else if (p.eatWord(K.partition)) properties.partition = p.expectString();
  else if (p.eatWord(K.code_model)) properties.codeModel = p.expectString();
  else if (p.eatWord(K.align)) properties.alignment = p.expectNumber();
  else if (p.isWord(K.comdat)) properties.comdat = parseComdatClause(p);
  else p.expected('a property of the variable (section, align, comdat ...)');
}

// 'comdat' [ '(' name ')' ]
export function parseComdatClause(p: Parser): ir.ComdatClause {
  p.expectWord(K.comdat);
  if (!p.eat(Token.leftParenthesis)) return { name: undefined };
  const name = p.expectAtom(Token.comdat).text;
  p.expect(Token.rightParenthesis);
  return { name };
}

// ( 'alias' | 'ifunc' ) type ',' [type] constant { ',' ( 'partition' string | attachment ) }
function parseAlias(
  p: Parser,
  header: ir.GlobalHeader,
  threadLocal: ir.GlobalVariable['threadLocal'],
  start: number,
): ir.GlobalAlias {
  const kind = p.isWord(K.alias) ? 'alias' : 'ifunc';
  p.next();
  const type = parseType(p);
  p.expect(Token.comma);
  const aliasee = parseAliasee(p);
  let partition: string | undefined;
  const attachments: ir.MetadataAttachment[] = [];
  while (p.eat(Token.comma)) {
    if (p.eatWord(K.partition)) partition = p.expectString();
    else attachments.push(parseAttachment(p));
  }
  return {
    kind,
    ...header,
    threadLocal,
    type,
    aliasee,
    partition,
    attachments,
    start,
    end: p.previousEnd,
  };
}

// type constant | constant expression
function parseAliasee(p: Parser): ir.TypedValue {
  if (startsType(p)) return parseTypedValue(p);
  // The type of a constant expression may be left out.
  const value = parseConstant(p);
  if (value.kind !== 'expression') p.expected('a type');
  return { type: value.castType ?? value.operands[0]?.type ?? p.types.ptr, value };
}
