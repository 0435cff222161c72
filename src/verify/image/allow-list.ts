/** R3: what the verifier knows of each allowed instruction code, from the groups in allow/. */
import type { Code, OpCodeInfo } from 'iced-x86';
import { InternalError } from '../../text/internal-error.js';
import { ALLOWED, type CodeGroup } from './allow/index.js';
import { CodeShapes } from './code-shapes.js';
import { GPR, type Iced } from './iced.js';
import { KINDS, kindOf } from './kinds.js';

/** Letters of `effect` as bits. */
export const READ = 1;
export const WRITE = 2;

const MAX_OPERANDS = 5;
/** Above all codes of iced-x86. */
const MAX_CODES = 5120;

/** Facts by iced's code number; arrays, as each is asked for every instruction of an image. */
export interface AllowList {
  /** `UNLEARNED` until {@link LearningList.learn} was called, then 1 for codes on the list. */
  readonly allowed: Uint8Array;
  readonly kind: Uint8Array;
  /** `READ` and `WRITE` for operand `n` of code `c` at `c * 5 + n`. */
  readonly access: Uint8Array;
  /** 1 where RFLAGS may change. */
  readonly flags: Uint8Array;
  /** Bit `r` for each general-purpose register `r` that is written without being an operand. */
  readonly implicit: Uint16Array;
  /** Prefixes that the code itself needs: bits `NEEDS_*`. */
  readonly prefixes: Uint16Array;
  readonly shape: CodeShapes;
}

/** A list that is filled as images have codes: few of all occur. */
export interface LearningList extends AllowList {
  /** Fills in the facts of a code. */
  learn(code: Code): void;
}

export const NEEDS_66 = 1;
export const NEEDS_F2 = 2;
export const NEEDS_F3 = 4;
/** VEX or EVEX: what they encode must not stand in front as a legacy prefix too. */
export const IS_VECTOR_ENCODED = 8;
/** EVEX.W has no meaning, and must be 0. */
export const IGNORES_W = 16;
/** An operand is a mask register in ModRM.rm: VEX.X and VEX.B have no meaning, and must be 1, that is unused. */
export const HAS_MASK_OPERAND = 32;
/** Exact conversions: EVEX.b has no meaning where the operand is a register, and must be 0. */
export const IGNORES_ROUNDING = 64;
/** REX.W has no meaning, and must be 0 behind a 66 that belongs to the opcode: decoders disagree what that makes. */
export const IGNORES_REX_W = 128;
/** A scalar: EVEX.L'L has no meaning without rounding, and must be 0. */
export const IGNORES_LENGTH = 256;
export const UNLEARNED = 2;

/** The list, without the facts of its codes. */
export function emptyAllowList(): AllowList {
  const size = MAX_CODES;
  return {
    allowed: new Uint8Array(size).fill(UNLEARNED),
    kind: new Uint8Array(size).fill(KINDS.refused),
    access: new Uint8Array(size * MAX_OPERANDS),
    flags: new Uint8Array(size),
    implicit: new Uint16Array(size),
    prefixes: new Uint16Array(size),
    shape: new CodeShapes(size),
  };
}

/** The list with what iced-x86 knows of its codes. */
export function buildAllowList(iced: Iced, list = emptyAllowList()): LearningList {
  const groups = groupsByName();
  return {
    ...list,
    learn: (code) => {
      const name = iced.Code[code];
      const group = groups.get(name);
      list.allowed[code] = 0;
      if (group === undefined) return;
      const opcode = iced.CodeExt.opCode(code);
      try {
        list.prefixes[code] = neededPrefixes(iced, opcode);
        // More memory operands than one have string instructions only.
        if (!list.shape.learn(iced, code, opcode)) return;
      } finally {
        opcode.free();
      }
      list.allowed[code] = 1;
      list.kind[code] = KINDS[kindOf(name)];
      enterEffect(list, code, group);
    },
  };
}

function groupsByName(): ReadonlyMap<string, CodeGroup> {
  const groups = new Map<string, CodeGroup>();
  for (const group of ALLOWED) {
    for (const name of group.codes.trim().split(/\s+/)) groups.set(name, group);
  }
  return groups;
}

function enterEffect(list: AllowList, code: number, { effect }: CodeGroup): void {
  const [operands = '', ...rest] = effect.split(' ');
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

function neededPrefixes(iced: Iced, opcode: OpCodeInfo): number {
  const { EncodingKind, MandatoryPrefix } = iced;
  if (opcode.encoding !== EncodingKind.Legacy) return IS_VECTOR_ENCODED | unusedBits(iced, opcode);
  const prefix = opcode.mandatoryPrefix;
  const ignoresW = prefix === MandatoryPrefix.P66 && opcode.operandSize !== 64;
  return (
    (ignoresW ? IGNORES_REX_W : 0) |
    (prefix === MandatoryPrefix.P66 || opcode.operandSize === 16 ? NEEDS_66 : 0) |
    (prefix === MandatoryPrefix.PF2 ? NEEDS_F2 : 0) |
    (prefix === MandatoryPrefix.PF3 ? NEEDS_F3 : 0)
  );
}

/** Bits of VEX and EVEX prefixes without meaning, about which decoders disagree. */
function unusedBits({ EncodingKind, OpCodeOperandKind }: Iced, opcode: OpCodeInfo): number {
  const isEvex = opcode.encoding === EncodingKind.EVEX;
  const kinds = [opcode.op0Kind, opcode.op1Kind, opcode.op2Kind];
  const isMask = kinds.some(
    (kind) => kind === OpCodeOperandKind.k_rm || kind === OpCodeOperandKind.k_or_mem,
  );
  return (
    (isEvex && opcode.isWIG ? IGNORES_W : 0) |
    (isEvex && opcode.isLIG ? IGNORES_LENGTH : 0) |
    (isMask ? HAS_MASK_OPERAND : 0) |
    (opcode.ignoresRoundingControl ? IGNORES_ROUNDING : 0)
  );
}
