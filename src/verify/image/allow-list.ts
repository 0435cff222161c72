/** R3: what the verifier knows of each allowed instruction code, from the groups in allow/. */
import type { Code } from 'iced-x86';
import { InternalError } from '../../text/internal-error.js';
import { ALLOWED, type CodeGroup } from './allow/index.js';
import { codesByName, GPR, type Iced } from './iced.js';
import { type Kind, KINDS, kindOf } from './kinds.js';

/** Letters of `effect` as bits. */
export const READ = 1;
export const WRITE = 2;

const MAX_OPERANDS = 5;

/** Facts by iced's code number; arrays, as each is asked for every instruction of an image. */
export interface AllowList {
  /** 1 for codes on the list. */
  readonly allowed: Uint8Array;
  readonly kind: Uint8Array;
  /** `READ` and `WRITE` for operand `n` of code `c` at `c * 5 + n`. */
  readonly access: Uint8Array;
  /** 1 where RFLAGS may change. */
  readonly flags: Uint8Array;
  /** Bit `r` for each general-purpose register `r` that is written without being an operand. */
  readonly implicit: Uint16Array;
  /** Prefixes that the code itself needs: bits `NEEDS_*`. */
  readonly prefixes: Uint8Array;
}

export const NEEDS_66 = 1;
export const NEEDS_F2 = 2;
export const NEEDS_F3 = 4;
/** VEX or EVEX: what they encode must not stand in front as a legacy prefix too. */
export const IS_VECTOR_ENCODED = 8;

/** Builds the list; throws when a name in it is not a code of iced-x86. */
export function buildAllowList(iced: Iced): AllowList {
  const codes = codesByName(iced);
  const size = Math.max(...codes.values()) + 1;
  const list: AllowList = {
    allowed: new Uint8Array(size),
    kind: new Uint8Array(size).fill(KINDS.refused),
    access: new Uint8Array(size * MAX_OPERANDS),
    flags: new Uint8Array(size),
    implicit: new Uint16Array(size),
    prefixes: new Uint8Array(size),
  };
  for (const group of ALLOWED) {
    for (const name of group.codes.trim().split(/\s+/)) {
      const code = codes.get(name);
      if (code === undefined) throw new InternalError(`iced-x86 has no code ${name}`);
      if (list.allowed[code] === 1) throw new InternalError(`${name} is listed twice`);
      enter(list, code, group, kindOf(name), neededPrefixes(iced, code));
    }
  }
  return list;
}

function enter(
  list: AllowList,
  code: number,
  { effect }: CodeGroup,
  kind: Kind,
  prefixes: number,
): void {
  const [operands = '', ...rest] = effect.split(' ');
  list.allowed[code] = 1;
  list.kind[code] = KINDS[kind];
  list.prefixes[code] = prefixes;
  if (operands !== '-') {
    for (let operand = 0; operand < operands.length; operand++) {
      list.access[code * MAX_OPERANDS + operand] = accessOf(operands.charAt(operand));
    }
  }
  for (const word of rest) {
    if (word === 'flags') list.flags[code] = 1;
    else list.implicit[code] = (list.implicit[code] ?? 0) | (1 << registerNumber(word));
  }
}

function accessOf(letter: string): number {
  switch (letter) {
    case 'r':
      return READ;
    case 'w':
      return WRITE;
    case 'm':
      return READ | WRITE;
    case 'n':
      return 0;
    default:
      throw new InternalError(`unknown effect letter ${letter}`);
  }
}

function registerNumber(name: string): number {
  const entry = Object.entries(GPR).find(([known]) => known === name);
  if (entry === undefined) throw new InternalError(`unknown register ${name}`);
  return entry[1];
}

function neededPrefixes(iced: Iced, code: Code): number {
  const { CodeExt, EncodingKind, MandatoryPrefix } = iced;
  const opcode = CodeExt.opCode(code);
  try {
    if (opcode.encoding !== EncodingKind.Legacy) return IS_VECTOR_ENCODED;
    const prefix = opcode.mandatoryPrefix;
    return (
      (prefix === MandatoryPrefix.P66 || opcode.operandSize === 16 ? NEEDS_66 : 0) |
      (prefix === MandatoryPrefix.PF2 ? NEEDS_F2 : 0) |
      (prefix === MandatoryPrefix.PF3 ? NEEDS_F3 : 0)
    );
  } finally {
    opcode.free();
  }
}
