/**
 * Metadata. Specialised nodes are read generically, whatever LLVM version brought them.
 *
 * @see LangRef, "Metadata"
 */
import type {
  Metadata,
  MetadataAttachment,
  MetadataField,
  MetadataFieldValue,
} from '../model/index.js';
import { K } from './keywords.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';
import { startsType } from './types.js';
import { parseTypedValue } from './values.js';

const NO_ATTACHMENTS: readonly MetadataAttachment[] = [];
const NULL: Metadata = { kind: 'null' };

// '!' n | '!' string | '!' '{' … '}' | '!' name '(' … ')' | 'distinct' … | 'null' | type value
export function parseMetadata(p: Parser): Metadata {
  switch (p.kind) {
    case Token.metadataId:
      return parseReference(p);
    case Token.metadataName:
      return parseNode(p, false);
    case Token.exclamation:
      return parseExclamation(p, false);
    case Token.word:
      if (p.atom === K.null) {
        p.next();
        return NULL;
      }
      if (p.atom === K.distinct) {
        p.next();
        return p.is(Token.metadataName) ? parseNode(p, true) : parseExclamation(p, true);
      }
  }
  if (!startsType(p)) p.expected('metadata');
  return { kind: 'value', value: parseTypedValue(p) };
}

// '!' n
function parseReference(p: Parser): Metadata {
  const { number } = p;
  const id = number < 0 ? p.tokenText() : '';
  p.next();
  return number < 0 ? { kind: 'reference', id } : p.atoms.reference(number);
}

// { ',' name node }
/** Attachments of an instruction, standing at a comma or at what follows it. */
export function parseAttachments(p: Parser): readonly MetadataAttachment[] {
  return p.kind === Token.comma
    ? parseAttachmentsAfterComma(p, p.eat(Token.comma))
    : NO_ATTACHMENTS;
}

/** The same where the comma, if there is one, was already passed. */
export function parseAttachmentsAfterComma(
  p: Parser,
  comma: boolean,
): readonly MetadataAttachment[] {
  if (!comma) return NO_ATTACHMENTS;
  const attachments: MetadataAttachment[] = [];
  do attachments.push(parseAttachment(p));
  while (p.eat(Token.comma));
  return attachments;
}

// { name node }
/** Attachments of a function, without commas. */
export function parseFunctionAttachments(p: Parser): readonly MetadataAttachment[] {
  if (p.kind !== Token.metadataName) return NO_ATTACHMENTS;
  const attachments: MetadataAttachment[] = [];
  do attachments.push(parseAttachment(p));
  while (p.is(Token.metadataName));
  return attachments;
}

// name node
export function parseAttachment(p: Parser): MetadataAttachment {
  const name = p.expectAtom(Token.metadataName).text;
  return { name, node: parseMetadata(p) };
}

// '!' string | '!' '{' elements '}' | '!' n
function parseExclamation(p: Parser, distinct: boolean): Metadata {
  p.expect(Token.exclamation);
  switch (p.kind) {
    case Token.string:
      return { kind: 'string', text: `!${p.expectString()}` };
    case Token.integer:
      return { kind: 'reference', id: `!${p.expectAtom(Token.integer).text}` };
    case Token.leftBrace:
      return parseTuple(p, distinct);
    default:
      return p.expected("a number, a string or '{' behind '!'");
  }
}

// '{' [ metadata { ',' metadata } ] '}'
function parseTuple(p: Parser, distinct: boolean): Metadata {
  p.enter();
  p.next();
  const elements: Metadata[] = [];
  if (p.kind !== Token.rightBrace) {
    do elements.push(parseMetadata(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightBrace);
  p.leave();
  return { kind: 'tuple', distinct, elements };
}

// name '(' [ field { ',' field } ] ')'
function parseNode(p: Parser, distinct: boolean): Metadata {
  p.enter();
  const name = p.expectAtom(Token.metadataName).text;
  p.expect(Token.leftParenthesis);
  const fields: MetadataField[] = [];
  if (p.kind !== Token.rightParenthesis) {
    do fields.push(parseField(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightParenthesis);
  p.leave();
  return { kind: 'node', distinct, name, fields };
}

// [ key ':' ] value
function parseField(p: Parser): MetadataField {
  if (p.kind !== Token.label) {
    // Lists have keys: without one, a brace starts a structure type, as in '!DIArgList({ ptr, i64 } %x)'.
    const value = p.kind === Token.leftBrace ? operand(p) : parseFieldValue(p);
    return { key: undefined, value };
  }
  const key = p.atom.text;
  p.next();
  return { key, value: parseFieldValue(p) };
}

// n | string | word { '|' word } | '{' values '}' | metadata
function parseFieldValue(p: Parser): MetadataFieldValue {
  switch (p.kind) {
    case Token.integer:
    case Token.float:
    case Token.string: {
      const text = p.tokenText();
      p.next();
      return { kind: 'text', text };
    }
    case Token.leftBrace:
      return parseList(p);
    case Token.word:
      if (p.atom !== K.null && p.atom !== K.distinct && !startsType(p)) return parseFlags(p);
  }
  return operand(p);
}

function operand(p: Parser): MetadataFieldValue {
  return { kind: 'metadata', metadata: parseMetadata(p) };
}

// word { '|' word }
function parseFlags(p: Parser): MetadataFieldValue {
  let text = p.expectAtom(Token.word).text;
  while (p.eat(Token.bar)) text += ` | ${parseFlag(p)}`;
  return { kind: 'text', text };
}

function parseFlag(p: Parser): string {
  return p.expectAtom(p.kind === Token.integer ? Token.integer : Token.word).text;
}

// '{' [ value { ',' value } ] '}'
function parseList(p: Parser): MetadataFieldValue {
  p.enter();
  p.next();
  const elements: MetadataFieldValue[] = [];
  if (p.kind !== Token.rightBrace) {
    do elements.push(parseFieldValue(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightBrace);
  p.leave();
  return { kind: 'list', elements };
}
