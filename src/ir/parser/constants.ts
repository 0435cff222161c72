/** @see LangRef, "Constants", "Constant Expressions" */
import type {
  AggregateConstant,
  Constant,
  ConstantExpression,
  Type,
  TypedValue,
} from '../model/index.js';
import type { Atom, ConstantParser } from './atoms.js';
import { keyword } from './atoms.js';
import { FLOAT_PREDICATES, INTEGER_FLAGS, INTEGER_PREDICATES, K } from './keywords.js';
import type { Parser } from './parser.js';
import { Token } from './token.js';
import { parseType } from './types.js';
import { parseTypedValue, parseTypedValues } from './values.js';

for (const word of ['null', 'undef', 'poison', 'zeroinitializer', 'none'] as const) {
  const constant: Constant = { kind: 'keyword', keyword: word };
  keyword(word).constant = () => constant;
}
for (const word of ['true', 'false']) {
  const constant: Constant = { kind: 'integer', text: word };
  keyword(word).constant = () => constant;
}

/** The constant expressions of LLVM 16 to 22; those that later versions dropped included. */
const EXPRESSIONS: { readonly [opcode: string]: ConstantParser } = {
  splat: parseSplat,
  blockaddress: parseBlockAddress,
  dso_local_equivalent: parseWrappedGlobal('dso_local_equivalent'),
  no_cfi: parseWrappedGlobal('no_cfi'),
  ptrauth: parsePointerAuthentication,
  getelementptr: parseGetElementPtrExpression,
};
for (const [word, parse] of Object.entries(EXPRESSIONS)) keyword(word).constant = parse;
for (const word of ['trunc', 'ptrtoint', 'ptrtoaddr', 'inttoptr', 'bitcast', 'addrspacecast']) {
  keyword(word).constant = parseCastExpression;
}
for (const word of ['add', 'sub', 'mul', 'shl', 'xor', 'and', 'or', 'lshr', 'ashr']) {
  keyword(word).constant = parseOperationExpression;
}
for (const word of ['extractelement', 'insertelement', 'shufflevector', 'select']) {
  keyword(word).constant = parseOperationExpression;
}
for (const word of ['icmp', 'fcmp']) keyword(word).constant = parseComparisonExpression;

/** Reads a constant behind its type. */
export function parseConstant(p: Parser): Constant {
  switch (p.kind) {
    case Token.integer:
      return parseInteger(p);
    case Token.global:
      return parseGlobal(p);
    case Token.word:
      return parseWordConstant(p);
    case Token.float:
    case Token.byteString: {
      const text = p.tokenText();
      const kind = p.kind === Token.float ? 'float' : 'string';
      p.next();
      return { kind, text };
    }
    case Token.leftBracket:
      return parseAggregate(p, 'array', Token.rightBracket);
    case Token.leftBrace:
      return parseAggregate(p, 'struct', Token.rightBrace);
    case Token.less:
      return parseAngleConstant(p);
    default:
      return p.expected('a value');
  }
}

function parseInteger(p: Parser): Constant {
  const atom = p.atom;
  p.next();
  const known = atom.value;
  if (known?.kind === 'integer') return known;
  const constant: Constant = { kind: 'integer', text: atom.text };
  atom.value = constant;
  return constant;
}

function parseGlobal(p: Parser): Constant {
  const atom = p.atom;
  p.next();
  const known = atom.value;
  if (known?.kind === 'global') return known;
  const constant: Constant = { kind: 'global', name: atom.text };
  atom.value = constant;
  return constant;
}

function parseWordConstant(p: Parser): Constant {
  const word = p.atom;
  if (word.constant === undefined) return p.expected('a value');
  p.enter();
  p.next();
  const constant = word.constant(p, word);
  p.leave();
  return constant;
}

// '[' values ']' | '{' values '}'
function parseAggregate(
  p: Parser,
  shape: AggregateConstant['shape'],
  close: number,
): AggregateConstant {
  p.enter();
  p.next();
  const elements: TypedValue[] = p.kind === close ? [] : parseTypedValues(p);
  p.expect(close);
  p.leave();
  return { kind: 'aggregate', shape, elements };
}

// '<' '{' values '}' '>' | '<' values '>'
function parseAngleConstant(p: Parser): Constant {
  p.enter();
  p.next();
  // '<{' is a packed structure; a vector whose elements are structures does not exist.
  if (p.kind === Token.leftBrace) {
    const constant = parseAggregate(p, 'packed-struct', Token.rightBrace);
    p.expect(Token.greater);
    p.leave();
    return constant;
  }
  const elements = p.kind === Token.greater ? [] : parseTypedValues(p);
  p.expect(Token.greater);
  p.leave();
  return { kind: 'aggregate', shape: 'vector', elements };
}

// 'splat' '(' type value ')'
function parseSplat(p: Parser): Constant {
  p.expect(Token.leftParenthesis);
  const element = parseTypedValue(p);
  p.expect(Token.rightParenthesis);
  return { kind: 'splat', element };
}

// 'blockaddress' '(' function ',' block ')'
function parseBlockAddress(p: Parser): Constant {
  p.expect(Token.leftParenthesis);
  const fn = p.expectAtom(Token.global).text;
  p.expect(Token.comma);
  const block = p.expectAtom(Token.local).text;
  p.expect(Token.rightParenthesis);
  return { kind: 'blockaddress', function: fn, block };
}

// ( 'dso_local_equivalent' | 'no_cfi' ) global
function parseWrappedGlobal(wrapper: 'dso_local_equivalent' | 'no_cfi'): ConstantParser {
  return (p) => ({ kind: 'wrapped-global', wrapper, name: p.expectAtom(Token.global).text });
}

// 'ptrauth' '(' type value { ',' type value } ')'
function parsePointerAuthentication(p: Parser): Constant {
  p.expect(Token.leftParenthesis);
  const operands = parseTypedValues(p);
  p.expect(Token.rightParenthesis);
  return { kind: 'ptrauth', operands };
}

// 'getelementptr' { flag } '(' type ',' type value { ',' ['inrange'] type value } ')'
function parseGetElementPtrExpression(p: Parser, word: Atom): Constant {
  const flags = parseExpressionFlags(p);
  p.expect(Token.leftParenthesis);
  const sourceElementType = parseType(p);
  p.expect(Token.comma);
  const operands: TypedValue[] = [];
  let inRangeOperand: number | undefined;
  do {
    // The form of LLVM 18 and before marks one index; the form since gives the range in front.
    if (p.eatWord(K.inrange)) inRangeOperand = operands.length;
    operands.push(parseTypedValue(p));
  } while (p.eat(Token.comma));
  p.expect(Token.rightParenthesis);
  const address = expression(word, flags, operands, sourceElementType, undefined);
  return inRangeOperand === undefined ? address : { ...address, inRangeOperand };
}

// opcode { flag } '(' type value 'to' type ')'
function parseCastExpression(p: Parser, word: Atom): Constant {
  const flags = parseExpressionFlags(p);
  p.expect(Token.leftParenthesis);
  const operand = parseTypedValue(p);
  p.expectWord(K.to);
  const castType = parseType(p);
  p.expect(Token.rightParenthesis);
  return expression(word, flags, [operand], undefined, castType);
}

// opcode { flag } '(' type value { ',' type value } ')'
function parseOperationExpression(p: Parser, word: Atom): Constant {
  const flags = parseExpressionFlags(p);
  p.expect(Token.leftParenthesis);
  const operands = parseTypedValues(p);
  p.expect(Token.rightParenthesis);
  return expression(word, flags, operands, undefined, undefined);
}

// ( 'icmp' | 'fcmp' ) predicate '(' type value ',' type value ')'
function parseComparisonExpression(p: Parser, word: Atom): Constant {
  const predicates = word.text === 'icmp' ? INTEGER_PREDICATES : FLOAT_PREDICATES;
  const predicate = p.kind === Token.word ? predicates.get(p.atom) : undefined;
  if (predicate === undefined) p.expected('a predicate');
  p.next();
  p.expect(Token.leftParenthesis);
  const operands = parseTypedValues(p);
  p.expect(Token.rightParenthesis);
  return expression(word, [predicate], operands, undefined, undefined);
}

function parseExpressionFlags(p: Parser): string[] {
  const flags: string[] = [];
  while (p.kind === Token.word) {
    if (p.atom === K.inrange) flags.push(parseInRange(p));
    else {
      const flag = INTEGER_FLAGS.get(p.atom);
      if (flag === undefined) break;
      flags.push(flag);
      p.next();
    }
  }
  return flags;
}

// 'inrange' '(' n ',' n ')'
function parseInRange(p: Parser): string {
  p.next();
  p.expect(Token.leftParenthesis);
  const low = p.expectAtom(Token.integer).text;
  p.expect(Token.comma);
  const high = p.expectAtom(Token.integer).text;
  p.expect(Token.rightParenthesis);
  return `inrange(${low}, ${high})`;
}

function expression(
  word: Atom,
  flags: readonly string[],
  operands: readonly TypedValue[],
  sourceElementType: Type | undefined,
  castType: Type | undefined,
): ConstantExpression {
  return { kind: 'expression', opcode: word.text, flags, sourceElementType, operands, castType };
}
