/** @see LangRef, "Memory Access and Addressing Operations" */
import type * as ir from '../model/index.js';
import { ATOMIC_OPERATIONS, INTEGER_FLAGS, K, ORDERINGS } from './keywords.js';
import { parseAttachments, parseAttachmentsAfterComma } from './metadata.js';
import type { Parser } from './parser.js';
import { defineResult, rejectResult } from './results.js';
import { Token } from './token.js';
import { parseAddressSpace, parseType } from './types.js';
import { parseTypedValue } from './values.js';

const NO_FLAGS: readonly string[] = [];
const NO_INDICES: readonly ir.TypedValue[] = [];

// 'alloca' ['inalloca'] ['swifterror'] type [',' type value] [',' 'align' n] [',' 'addrspace' '(' n ')']
export function parseAlloca(p: Parser): ir.Alloca {
  const inalloca = p.eatWord(K.inalloca);
  const swifterror = p.eatWord(K.swifterror);
  const allocatedType = parseType(p);
  let comma = p.eat(Token.comma);
  let count: ir.TypedValue | undefined;
  if (comma && p.kind !== Token.metadataName && !p.isWord(K.align) && !p.isWord(K.addrspace)) {
    count = parseTypedValue(p);
    comma = p.eat(Token.comma);
  }
  let alignment: number | undefined;
  if (comma && p.eatWord(K.align)) {
    alignment = p.expectNumber();
    comma = p.eat(Token.comma);
  }
  let addressSpace: number | string | undefined;
  if (comma && p.isWord(K.addrspace)) {
    addressSpace = parseAddressSpace(p);
    comma = p.eat(Token.comma);
  }
  const attachments = parseAttachmentsAfterComma(p, comma);
  return {
    kind: 'alloca',
    inalloca,
    swifterror,
    allocatedType,
    count,
    alignment,
    addressSpace,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'load' ['atomic'] ['volatile'] type ',' type pointer [ordering] [',' 'align' n]
export function parseLoad(p: Parser): ir.Load {
  const isAtomic = p.eatWord(K.atomic);
  const volatile = p.eatWord(K.volatile);
  const type = parseType(p);
  p.expect(Token.comma);
  const pointer = parseTypedValue(p);
  const atomic = isAtomic ? parseAtomicOrdering(p) : undefined;
  let comma = p.eat(Token.comma);
  let alignment: number | undefined;
  if (comma && p.eatWord(K.align)) {
    alignment = p.expectNumber();
    comma = p.eat(Token.comma);
  }
  const attachments = parseAttachmentsAfterComma(p, comma);
  return {
    kind: 'load',
    volatile,
    type,
    pointer,
    atomic,
    alignment,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'store' ['atomic'] ['volatile'] type value ',' type pointer [ordering] [',' 'align' n]
export function parseStore(p: Parser): ir.Store {
  const isAtomic = p.eatWord(K.atomic);
  const volatile = p.eatWord(K.volatile);
  const value = parseTypedValue(p);
  p.expect(Token.comma);
  const pointer = parseTypedValue(p);
  const atomic = isAtomic ? parseAtomicOrdering(p) : undefined;
  let comma = p.eat(Token.comma);
  let alignment: number | undefined;
  if (comma && p.eatWord(K.align)) {
    alignment = p.expectNumber();
    comma = p.eat(Token.comma);
  }
  const attachments = parseAttachmentsAfterComma(p, comma);
  rejectResult(p);
  return {
    kind: 'store',
    volatile,
    value,
    pointer,
    atomic,
    alignment,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'fence' ['syncscope' '(' string ')'] ordering
export function parseFence(p: Parser): ir.Fence {
  const atomic = parseAtomicOrdering(p);
  const attachments = parseAttachments(p);
  rejectResult(p);
  return {
    kind: 'fence',
    atomic,
    result: undefined,
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'cmpxchg' ['weak'] ['volatile'] type pointer ',' type value ',' type value ordering ordering [',' 'align' n]
export function parseCmpXchg(p: Parser): ir.CmpXchg {
  const weak = p.eatWord(K.weak);
  const volatile = p.eatWord(K.volatile);
  const pointer = parseTypedValue(p);
  p.expect(Token.comma);
  const expected = parseTypedValue(p);
  p.expect(Token.comma);
  const replacement = parseTypedValue(p);
  const success = parseAtomicOrdering(p);
  const failureOrdering = parseOrdering(p);
  const comma = p.eat(Token.comma);
  const alignment = comma && p.eatWord(K.align) ? p.expectNumber() : undefined;
  const attachments = parseAttachmentsAfterComma(
    p,
    alignment === undefined ? comma : p.eat(Token.comma),
  );
  return {
    kind: 'cmpxchg',
    weak,
    volatile,
    pointer,
    expected,
    replacement,
    success,
    failureOrdering,
    alignment,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'atomicrmw' ['volatile'] operation type pointer ',' type value ordering [',' 'align' n]
export function parseAtomicRMW(p: Parser): ir.AtomicRMW {
  const volatile = p.eatWord(K.volatile);
  const operation = p.kind === Token.word ? ATOMIC_OPERATIONS.get(p.atom) : undefined;
  if (operation === undefined) p.expected('an atomic operation (xchg, add, umax ...)');
  p.next();
  const pointer = parseTypedValue(p);
  p.expect(Token.comma);
  const value = parseTypedValue(p);
  const atomic = parseAtomicOrdering(p);
  const comma = p.eat(Token.comma);
  const alignment = comma && p.eatWord(K.align) ? p.expectNumber() : undefined;
  const attachments = parseAttachmentsAfterComma(
    p,
    alignment === undefined ? comma : p.eat(Token.comma),
  );
  return {
    kind: 'atomicrmw',
    volatile,
    operation,
    pointer,
    value,
    atomic,
    alignment,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

// 'getelementptr' { flag } type ',' type pointer { ',' type index }
export function parseGetElementPtr(p: Parser): ir.GetElementPtr {
  const flags = parseIntegerFlags(p);
  const sourceElementType = parseType(p);
  p.expect(Token.comma);
  const pointer = parseTypedValue(p);
  let comma = p.eat(Token.comma);
  let indices = NO_INDICES;
  if (comma && p.kind !== Token.metadataName) {
    const list: ir.TypedValue[] = [];
    do {
      list.push(parseTypedValue(p));
      comma = p.eat(Token.comma);
    } while (comma && p.kind !== Token.metadataName);
    indices = list;
  }
  const attachments = parseAttachmentsAfterComma(p, comma);
  return {
    kind: 'getelementptr',
    flags,
    sourceElementType,
    pointer,
    indices,
    result: defineResult(p),
    attachments,
    start: p.instructionStart,
    end: p.previousEnd,
    verbatim: true,
  };
}

/** `nuw nsw`, `exact`, `inbounds` … as far as they go. */
export function parseIntegerFlags(p: Parser): readonly string[] {
  let flag = p.kind === Token.word ? INTEGER_FLAGS.get(p.atom) : undefined;
  if (flag === undefined) return NO_FLAGS;
  const flags: string[] = [];
  while (flag !== undefined) {
    flags.push(flag);
    p.next();
    flag = p.kind === Token.word ? INTEGER_FLAGS.get(p.atom) : undefined;
  }
  return flags;
}

// ['syncscope' '(' string ')'] ordering
function parseAtomicOrdering(p: Parser): ir.AtomicOrdering {
  let syncScope: string | undefined;
  if (p.eatWord(K.syncscope)) {
    p.expect(Token.leftParenthesis);
    syncScope = p.expectString();
    p.expect(Token.rightParenthesis);
  }
  return { syncScope, ordering: parseOrdering(p) };
}

function parseOrdering(p: Parser): string {
  const ordering = p.kind === Token.word ? ORDERINGS.get(p.atom) : undefined;
  if (ordering === undefined) p.expected('an atomic ordering (unordered, monotonic, seq_cst ...)');
  p.next();
  return ordering;
}
