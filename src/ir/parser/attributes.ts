/** @see LangRef, "Parameter Attributes", "Function Attributes", "Attribute Groups" */
import type { Attribute } from '../model/index.js';
import type { Atom } from './atoms.js';
import './attribute-table.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';
import { parseType } from './types.js';

const NO_ATTRIBUTES: readonly Attribute[] = [];
const FLAGS = new Map<Atom, Attribute>();

/** Attributes without commas between them, as far as they go; most lists are empty. */
export function parseAttributes(p: Parser): readonly Attribute[] {
  if (!startsAttribute(p)) return NO_ATTRIBUTES;
  const attributes: Attribute[] = [];
  do attributes.push(parseAttribute(p));
  while (startsAttribute(p));
  return attributes;
}

function startsAttribute(p: Parser): boolean {
  if (p.kind === Token.word) return p.atom.attribute !== undefined;
  return p.kind === Token.attributeGroup || p.kind === Token.string;
}

// name | name '(' … ')' | name '=' number | string ['=' string] | '#' number
function parseAttribute(p: Parser): Attribute {
  if (p.kind === Token.string) return parseStringAttribute(p);
  if (p.kind === Token.attributeGroup) {
    const id = p.tokenText();
    p.next();
    return { kind: 'group', id };
  }
  const word = p.atom;
  p.next();
  switch (word.attribute) {
    case 'flag':
      return flag(word);
    case 'number':
    case 'align':
      return parseIntegerAttribute(p, word);
    case 'type':
      return parseTypeAttribute(p, word);
    case 'optional-type':
      return p.kind === Token.leftParenthesis ? parseTypeAttribute(p, word) : flag(word);
    case 'structured':
      return parseStructured(p, word);
    case 'optional-structured':
      return p.kind === Token.leftParenthesis ? parseStructured(p, word) : flag(word);
    case undefined:
      return p.expected('an attribute');
  }
}

function flag(word: Atom): Attribute {
  let attribute = FLAGS.get(word);
  if (attribute === undefined) {
    attribute = { kind: 'flag', name: word.text };
    FLAGS.set(word, attribute);
  }
  return attribute;
}

// string | string '=' string
function parseStringAttribute(p: Parser): Attribute {
  const key = p.expectString();
  return { kind: 'string', key, value: p.eat(Token.equals) ? p.expectString() : undefined };
}

// 'align' number | name '(' number ')' | name '=' number
function parseIntegerAttribute(p: Parser, word: Atom): Attribute {
  if (p.eat(Token.leftParenthesis)) {
    const value = parseDigits(p);
    p.expect(Token.rightParenthesis);
    return { kind: 'integer', name: word.text, value, form: 'parentheses' };
  }
  if (p.eat(Token.equals))
    return { kind: 'integer', name: word.text, value: parseDigits(p), form: 'equals' };
  if (word.attribute !== 'align') p.expected("'('");
  return { kind: 'integer', name: word.text, value: parseDigits(p), form: 'space' };
}

function parseDigits(p: Parser): string {
  return p.expectAtom(Token.integer).text;
}

// name '(' type ')' | name '=' type
function parseTypeAttribute(p: Parser, word: Atom): Attribute {
  p.expect(Token.leftParenthesis);
  const type = parseType(p);
  p.expect(Token.rightParenthesis);
  return { kind: 'type', name: word.text, type };
}

// name '(' … ')'
function parseStructured(p: Parser, word: Atom): Attribute {
  if (p.kind !== Token.leftParenthesis) p.expected("'('");
  const start = p.pos;
  const end = p.skipBrackets(p.start, 0x28, 0x29);
  p.jump(end);
  return { kind: 'structured', name: word.text, arguments: p.text.slice(start, end - 1) };
}
