/** @see LangRef, "Type System" */
import { unquoteString } from '../names.js';
import { FLOAT_TYPES, POINTER, SIMPLE_TYPES } from '../type-table.js';
import type { Type } from '../model/index.js';
import { keyword } from './atoms.js';
import { K } from './keywords.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';

/** LLVM's limit, 2^23. */
const MAXIMUM_INTEGER_BITS = 8_388_608;

/** LLVM's limit, 2^24 - 1. */
const MAXIMUM_ADDRESS_SPACE = 16_777_215;

/** Types of which old IR had no pointers. */
const NO_POINTEE: ReadonlySet<Type['kind']> = new Set(['void', 'label', 'metadata', 'token']);

const LETTER_I = 0x69;

for (const type of [...Object.values(SIMPLE_TYPES), ...Object.values(FLOAT_TYPES), POINTER]) {
  keyword(type.text).type = type;
}

// type { '*' | 'addrspace' '(' n ')' '*' | '(' parameters ')' }
/** Reads a type. Pointers of old IR (`i8*`) are read as `ptr`. */
export function parseType(p: Parser): Type {
  const isOpaquePointer = p.kind === Token.word && p.atom === K.ptr;
  let type = parseTypeHead(p);
  // Nothing is known of what 'ptr' points at: it has neither a star nor a second address space behind it.
  if (isOpaquePointer && p.kind !== Token.leftParenthesis) {
    if (p.kind === Token.star) failPointee(p, type);
    return type;
  }
  for (;;) {
    if (p.kind === Token.star) {
      if (NO_POINTEE.has(type.kind)) failPointee(p, type);
      p.next();
      type = p.types.ptr;
    } else if (p.kind === Token.leftParenthesis) type = parseFunctionType(p, type);
    else if (p.kind === Token.word && p.atom === K.addrspace) {
      const space = parseAddressSpace(p);
      p.expect(Token.star);
      type = p.types.pointer(space);
    } else return type;
  }
}

function failPointee(p: Parser, type: Type): never {
  return p.failHere('TBX0106', `'${type.text}*' is no type; a pointer is 'ptr'`);
}

// 'addrspace' '(' ( n | string ) ')'
export function parseAddressSpace(p: Parser): number | string {
  p.expectWord(K.addrspace);
  p.expect(Token.leftParenthesis);
  const { start, pos } = p;
  const space = p.kind === Token.string ? unquoteString(p.expectString()) : p.expectNumber();
  if (typeof space === 'number' && space > MAXIMUM_ADDRESS_SPACE) p.failRange(start, pos);
  p.expect(Token.rightParenthesis);
  return space;
}

/** `addrspace(n)` where it may be left out. */
export function parseOptionalAddressSpace(p: Parser): number | string | undefined {
  return p.kind === Token.word && p.atom === K.addrspace ? parseAddressSpace(p) : undefined;
}

/** Whether a type can start with the current token. */
export function startsType(p: Parser): boolean {
  switch (p.kind) {
    case Token.word:
      return wordType(p) !== undefined || p.atom === K.target;
    case Token.local:
    case Token.leftBrace:
    case Token.leftBracket:
    case Token.less:
      return true;
    default:
      return false;
  }
}

function parseTypeHead(p: Parser): Type {
  switch (p.kind) {
    case Token.word: {
      const type = wordType(p);
      if (type === undefined) return p.atom === K.target ? parseTargetType(p) : failNoType(p);
      const isPointer = p.atom === K.ptr;
      p.next();
      return isPointer && p.isWord(K.addrspace) ? p.types.pointer(parseAddressSpace(p)) : type;
    }
    case Token.local: {
      const atom = p.atom;
      atom.type ??= p.types.named(atom.text);
      p.next();
      return atom.type;
    }
    case Token.leftBracket:
      return parseArrayType(p);
    case Token.leftBrace:
      return parseStructType(p, false);
    case Token.less:
      return parseAngleType(p);
    default:
      return failNoType(p);
  }
}

function failNoType(p: Parser): never {
  return p.kind === Token.word
    ? p.failHere('TBX0106', `unknown type ${p.found()}`)
    : p.expected('a type');
}

/** The type that the current word names, remembered on its atom. */
function wordType(p: Parser): Type | undefined {
  const atom = p.atom;
  if (atom.type !== undefined) return atom.type;
  if (atom.text.charCodeAt(0) !== LETTER_I) return undefined;
  const digits = atom.text.slice(1);
  if (!/^[0-9]+$/.test(digits)) return undefined;
  const bits = Number(digits);
  if (bits < 1 || bits > MAXIMUM_INTEGER_BITS) {
    p.failHere('TBX0111', `the width of an integer type is 1 to ${MAXIMUM_INTEGER_BITS} bits`);
  }
  atom.type = p.types.integer(bits);
  return atom.type;
}

// '[' n 'x' type ']'
function parseArrayType(p: Parser): Type {
  p.enter();
  p.next();
  const length = p.expectBigInt();
  p.expectWord(K.x);
  const element = parseType(p);
  p.expect(Token.rightBracket);
  p.leave();
  return p.types.array(length, element);
}

// '{' [ type { ',' type } ] '}'
function parseStructType(p: Parser, packed: boolean): Type {
  p.enter();
  p.next();
  const fields: Type[] = [];
  if (p.kind !== Token.rightBrace) {
    do fields.push(parseType(p));
    while (p.eat(Token.comma));
  }
  p.expect(Token.rightBrace);
  p.leave();
  return p.types.struct(fields, packed);
}

// '<' ['vscale' 'x'] n 'x' type '>' | '<' '{' types '}' '>'
function parseAngleType(p: Parser): Type {
  p.next();
  if (p.kind === Token.leftBrace) {
    const type = parseStructType(p, true);
    p.expect(Token.greater);
    return type;
  }
  p.enter();
  const scalable = p.eatWord(K.vscale);
  if (scalable) p.expectWord(K.x);
  const length = p.expectNumber();
  p.expectWord(K.x);
  const element = parseType(p);
  p.expect(Token.greater);
  p.leave();
  return p.types.vector(length, element, scalable);
}

// type '(' [ type { ',' type } ] [ ',' '...' ] ')'
function parseFunctionType(p: Parser, returns: Type): Type {
  p.enter();
  p.next();
  const parameters: Type[] = [];
  let variadic = false;
  while (p.kind !== Token.rightParenthesis) {
    variadic = p.eat(Token.ellipsis);
    if (variadic) break;
    parameters.push(parseType(p));
    if (!p.eat(Token.comma)) break;
  }
  p.expect(Token.rightParenthesis);
  p.leave();
  return p.types.function(returns, parameters, variadic);
}

// 'target' '(' string { ',' type } { ',' n } ')'
function parseTargetType(p: Parser): Type {
  p.enter();
  p.next();
  p.expect(Token.leftParenthesis);
  const name = unquoteString(p.expectString());
  const types: Type[] = [];
  const integers: number[] = [];
  while (p.eat(Token.comma)) {
    if (p.kind === Token.integer) integers.push(p.expectNumber());
    else if (integers.length === 0) types.push(parseType(p));
    else p.expected('a number');
  }
  p.expect(Token.rightParenthesis);
  p.leave();
  return p.types.target(name, types, integers);
}
