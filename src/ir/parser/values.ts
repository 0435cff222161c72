/** Operands: a type and what has it. */
import type { Type, TypedValue, Value } from '../model/index.js';
import { parseConstant } from './constants.js';
import { K, INLINE_ASM_FLAGS } from './keywords.js';
import { parseMetadata } from './metadata.js';
import type { Parser } from './parser.js';
import { useLocal } from './results.js';
import { Token } from './token.js';
import { parseType } from './types.js';

// type value
export function parseTypedValue(p: Parser): TypedValue {
  const type = parseType(p);
  return { type, value: parseValue(p, type) };
}

// local | constant | 'asm' … | metadata
/** Reads what stands behind a type. */
export function parseValue(p: Parser, type: Type): Value {
  if (type.kind === 'metadata') return { kind: 'metadata', metadata: parseMetadata(p) };
  switch (p.kind) {
    case Token.local: {
      const atom = useLocal(p);
      return (atom.value ??= { kind: 'local', name: atom.text });
    }
    case Token.word:
      return p.atom === K.asm ? parseInlineAsm(p) : parseConstant(p);
    default:
      return parseConstant(p);
  }
}

// { type value ',' }
/** One or more operands with commas between them. */
export function parseTypedValues(p: Parser): TypedValue[] {
  const values = [parseTypedValue(p)];
  while (p.eat(Token.comma)) values.push(parseTypedValue(p));
  return values;
}

// 'asm' { flag } string ',' string
function parseInlineAsm(p: Parser): Value {
  p.next();
  const flags: string[] = [];
  for (;;) {
    const flag = p.kind === Token.word ? INLINE_ASM_FLAGS.get(p.atom) : undefined;
    if (flag === undefined) break;
    flags.push(flag);
    p.next();
  }
  const template = p.expectString();
  p.expect(Token.comma);
  return { kind: 'asm', flags, template, constraints: p.expectString() };
}
