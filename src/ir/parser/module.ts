/** @see LangRef, "Module Structure" and the chapters behind it */
import type { SourceText } from '../../text/source.js';
import type * as ir from '../model/index.js';
import { TypeTable } from '../type-table.js';
import { AtomTable } from './atoms.js';
import { parseAttributes } from './attributes.js';
import { parseDeclaration, parseDefinition } from './functions.js';
import { parseGlobal, parseOptional } from './globals.js';
import { parseUseListIndices } from './instructions.js';
import { COMDAT_SELECTIONS, K } from './keywords.js';
import { parseMetadata } from './metadata.js';
import { LazyMetadata, ParsedModule } from './parsed-module.js';
import { Parser } from './parser.js';
import { checkNumber, checkUses, defineOnce } from './results.js';
import { Token } from './token.js';
import { parseType } from './types.js';
import { parseTypedValue } from './values.js';

/** Reads all entities of a module. */
export function parseEntities(source: SourceText): ParsedModule {
  const tables = { source, atoms: new AtomTable(), types: new TypeTable() };
  const p = new Parser(tables, 0);
  const entities: ir.Entity[] = [];
  while (p.kind !== Token.end) entities.push(parseEntity(p));
  checkUses(p);
  return new ParsedModule(tables, entities);
}

function parseEntity(p: Parser): ir.Entity {
  switch (p.kind) {
    case Token.word:
      return parseWordEntity(p);
    case Token.global:
      return parseNamedGlobal(p);
    case Token.local:
      return parseTypeDefinition(p);
    case Token.metadataId:
      return parseMetadataDefinition(p);
    case Token.metadataName:
      return parseNamedMetadata(p);
    case Token.comdat:
      return parseComdat(p);
    case Token.summaryId:
      return parseSummary(p);
    default:
      return p.expected('a definition or a declaration');
  }
}

function parseWordEntity(p: Parser): ir.Entity {
  switch (p.atom) {
    case K.define:
      return parseFunction(p, parseDefinition);
    case K.declare:
      return parseFunction(p, parseDeclaration);
    case K.attributes:
      return parseAttributeGroup(p);
    case K.target:
      return parseTarget(p);
    case K.source_filename:
      return parseSourceFilename(p);
    case K.module:
      return parseModuleAsm(p);
    case K.uselistorder:
    case K.uselistorder_bb:
      return parseUseListOrder(p);
    default:
      return p.failHere('TBX0105', `expected a definition or a declaration, found ${p.found()}`);
  }
}

function parseFunction(p: Parser, parse: (p: Parser) => ir.FunctionEntity): ir.FunctionEntity {
  const fn = parse(p);
  defineGlobal(p, fn.name, fn.nameStart);
  return fn;
}

// global '=' …
function parseNamedGlobal(p: Parser): ir.Entity {
  const { start } = p;
  const name = p.expectAtom(Token.global).text;
  defineGlobal(p, name, start);
  p.expect(Token.equals);
  return parseGlobal(p, name, start);
}

function defineGlobal(p: Parser, name: string, start: number): void {
  const atom = p.atoms.intern(name);
  defineOnce(p, atom, start);
  if (atom.number < 0) return;
  p.nextNumber = p.nextGlobalNumber;
  checkNumber(p, atom, start);
  p.nextGlobalNumber = p.nextNumber;
}

// local '=' 'type' ( 'opaque' | type )
function parseTypeDefinition(p: Parser): ir.TypeDefinition {
  const { start } = p;
  const atom = p.expectAtom(Token.local);
  defineOnce(p, atom, start);
  const name = atom.text;
  p.expect(Token.equals);
  p.expectWord(K.type);
  const body = p.eatWord(K.opaque) ? undefined : parseType(p);
  return { kind: 'type', name, body, start, end: p.previousEnd };
}

// 'attributes' group '=' '{' attribute { attribute } '}'
function parseAttributeGroup(p: Parser): ir.AttributeGroup {
  const { start } = p;
  p.next();
  const id = p.kind === Token.attributeGroup ? p.tokenText() : '';
  p.expect(Token.attributeGroup);
  p.expect(Token.equals);
  p.expect(Token.leftBrace);
  const attributes = parseAttributes(p);
  p.expect(Token.rightBrace);
  if (attributes.length === 0)
    p.fail('TBX0103', 'an attribute group has attributes', start, p.previousEnd);
  return { kind: 'attributes', id, attributes, start, end: p.previousEnd };
}

// '!' n '=' ['distinct'] node
function parseMetadataDefinition(p: Parser): ir.MetadataDefinition {
  const { start, pos } = p;
  p.next();
  if (p.kind !== Token.equals) p.expected("'='");
  const nodeStart = p.pos;
  p.next();
  p.eatWord(K.distinct);
  if (!p.eat(Token.exclamation)) p.expect(Token.metadataName);
  if (p.is(Token.leftBrace)) p.jump(p.skipBrackets(p.start, 0x7b, 0x7d));
  else if (p.is(Token.leftParenthesis)) p.jump(p.skipBrackets(p.start, 0x28, 0x29));
  else p.expected("'{' or '('");
  return new LazyMetadata(p, start, pos, nodeStart, p.previousEnd);
}

// name '=' '!' '{' [ metadata { ',' metadata } ] '}'
function parseNamedMetadata(p: Parser): ir.NamedMetadata {
  const { start } = p;
  const name = p.expectAtom(Token.metadataName).text;
  p.expect(Token.equals);
  p.expect(Token.exclamation);
  p.expect(Token.leftBrace);
  const operands: ir.Metadata[] = [];
  if (p.kind !== Token.rightBrace) {
    do operands.push(parseMetadata(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightBrace);
  return { kind: 'named-metadata', name, operands, start, end: p.previousEnd };
}

// comdat '=' 'comdat' selection
function parseComdat(p: Parser): ir.Comdat {
  const { start } = p;
  const name = p.expectAtom(Token.comdat).text;
  p.expect(Token.equals);
  p.expectWord(K.comdat);
  const selection = parseOptional(p, COMDAT_SELECTIONS);
  if (selection === undefined) p.expected('any, exactmatch, largest, nodeduplicate or samesize');
  return { kind: 'comdat', name, selection, start, end: p.previousEnd };
}

// 'target' ( 'triple' | 'datalayout' ) '=' string
function parseTarget(p: Parser): ir.ModuleString {
  const { start } = p;
  p.next();
  const kind = p.eatWord(K.triple) ? 'triple' : 'datalayout';
  if (kind === 'datalayout') p.expectWord(K.datalayout);
  p.expect(Token.equals);
  return { kind, text: p.expectString(), start, end: p.previousEnd };
}

// 'source_filename' '=' string
function parseSourceFilename(p: Parser): ir.ModuleString {
  const { start } = p;
  p.next();
  p.expect(Token.equals);
  return { kind: 'source_filename', text: p.expectString(), start, end: p.previousEnd };
}

// 'module' 'asm' string
function parseModuleAsm(p: Parser): ir.ModuleString {
  const { start } = p;
  p.next();
  p.expectWord(K.asm);
  return { kind: 'module-asm', text: p.expectString(), start, end: p.previousEnd };
}

// 'uselistorder' type value ',' indices | 'uselistorder_bb' function ',' block ',' indices
function parseUseListOrder(p: Parser): ir.OpaqueEntity {
  const { start } = p;
  const ofBlock = p.isWord(K.uselistorder_bb);
  p.next();
  if (ofBlock) {
    p.expect(Token.global);
    p.expect(Token.comma);
    p.expect(Token.local);
  } else parseTypedValue(p);
  p.expect(Token.comma);
  parseUseListIndices(p);
  return { kind: 'uselistorder', start, end: p.previousEnd };
}

// '^' n '=' word ':' ( '(' … ')' | n )
function parseSummary(p: Parser): ir.OpaqueEntity {
  const { start } = p;
  p.next();
  p.expect(Token.equals);
  p.expect(Token.label);
  if (p.kind === Token.leftParenthesis) p.jump(p.skipBrackets(p.start, 0x28, 0x29));
  else p.expect(Token.integer);
  return { kind: 'summary', start, end: p.previousEnd };
}
