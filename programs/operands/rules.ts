import {
  isDirectBranch,
  parseMemory,
  type Instruction,
  type MemoryOperand,
} from './instruction.js';

/** What the rules know of an image. */
export interface ImageFacts {
  /** True when `address` lies in the read-only segment. */
  readonly isReadOnly: (address: number) => boolean;
  readonly gate: number | undefined;
  /** With `code+data`, an indirect call must have the form of a table call. */
  readonly isolation: 'data' | 'code+data';
}

/** How an operand is confined; the names are the columns of the report. */
export const FORMS = ['gs', 'stack', 'rip', 'jumpTable', 'tableCall', 'gate'] as const;
export type Form = (typeof FORMS)[number];

export type Verdict =
  | { readonly kind: 'none' }
  | { readonly kind: 'allowed'; readonly form: Form }
  | { readonly kind: 'refused'; readonly reason: string };

const NONE: Verdict = { kind: 'none' };
const allowed = (form: Form): Verdict => ({ kind: 'allowed', form });
const refused = (reason: string): Verdict => ({ kind: 'refused', reason });

/** Instructions that leave the sandbox, change a segment, or reach memory that no operand names. */
const FORBIDDEN =
  /^(syscall|sysenter|sysret\w*|sysexit\w*|int|int1|into|iret\w*|lret\w*|ljmp\w*|lcall\w*|wr[fg]sbase\w*|rd[fg]sbase\w*|swapgs|wrpkru|rdpkru|xlatb?|maskmov\w*|vmaskmovdqu|enter|fxsave\w*|fxrstor\w*|xsave\w*|xrstor\w*|ins[bwl]|outs[bwl]|in[bwl]?|out[bwl]?|hlt|l[dsefg]s[wlq]?|cli|sti|popf\w*|std|movdir\w*|enqcmd\w*|clzero|monitor\w*|umonitor|ptwrite\w*|vmcall|vmfunc|enclu|xbegin|xabort|wrss\w*|loadall)$/;

/** `movsd` and `cmpsd` are also SSE instructions: as string instructions they have operands in %es. */
const STRING = /^(movs|stos|lods|scas|cmps)[bwlq]$/;

/** Not accesses: the operand is only an address, or ignored. */
const NO_ACCESS = /^(lea[wlq]?|nop[wlq]?)$/;

const GENERAL_32 = /^(e(ax|bx|cx|dx|si|di|bp|sp|ip|iz)|r(8|9|1[0-5])d)$/;

/** Judges the instruction `at` of a function; earlier ones are looked at for the forms of several instructions. */
export function judge(code: readonly Instruction[], at: number, image: ImageFacts): Verdict {
  const instruction = code[at];
  if (instruction === undefined) return NONE;
  if (instruction.mnemonic === '<unknown>') return refused('not an instruction');
  if (FORBIDDEN.test(instruction.mnemonic)) return refused('forbidden instruction');
  if (isStringInstruction(instruction)) return refused('string instruction');
  if (instruction.operands.some((operand) => /^%[c-gs]s$/.test(operand))) {
    return refused('segment register');
  }
  const indirect = indirectTarget(instruction);
  if (indirect !== undefined) return judgeIndirect(code, at, indirect, image);
  if (NO_ACCESS.test(instruction.mnemonic) || isDirectBranch(instruction)) return NONE;
  for (const text of instruction.operands) {
    const operand = parseMemory(text);
    if (operand !== undefined) return judgeOperand(code, at, operand, image);
    if (!/^[*]?[%$]/.test(text)) return refused(`operand not understood: ${text}`);
  }
  return NONE;
}

function isStringInstruction(instruction: Instruction): boolean {
  return (
    STRING.test(instruction.mnemonic) &&
    (instruction.operands.length === 0 ||
      instruction.operands.some((o) => o.includes('%es:(%') || o.includes('(%rsi)')))
  );
}

function judgeOperand(
  code: readonly Instruction[],
  at: number,
  operand: MemoryOperand,
  image: ImageFacts,
): Verdict {
  const instruction = code[at];
  if (instruction === undefined) return NONE;
  const { segment, base, index } = operand;
  if (segment === 'gs') return judgeGs(instruction, operand);
  if (segment !== undefined) return refused(`segment ${segment}`);
  if (base === 'rip' && index === undefined) {
    const target = instruction.ripTarget;
    if (target === undefined) return refused('RIP-relative to an unknown address');
    if (target === image.gate) return refused('the gate is called, not read');
    return image.isReadOnly(target) ? allowed('rip') : refused('RIP-relative, not read-only');
  }
  if ((base === 'rsp' || base === 'rbp') && index === undefined) return allowed('stack');
  if (
    instruction.mnemonic === 'movslq' &&
    operand.scale === 4 &&
    isTableBase(code, at, base, image)
  ) {
    return allowed('jumpTable');
  }
  return refused('not confined');
}

function judgeGs(instruction: Instruction, operand: MemoryOperand): Verdict {
  const { base, index, displacement } = operand;
  if (base === undefined && index === undefined) {
    // Without a register and without the prefix 0x67 the displacement is sign-extended to 64 bits.
    const small = displacement >= 0n && displacement < 1n << 31n;
    return small || instruction.prefixes.includes('addr32')
      ? allowed('gs')
      : refused('gs with a negative displacement');
  }
  const narrow = (register: string | undefined): boolean =>
    register === undefined || GENERAL_32.test(register);
  // A vector index (gather) is added to the 32-bit base and truncated with it.
  const vector = index !== undefined && /^[xyz]mm\d+$/.test(index) && base !== undefined;
  return narrow(base) && (vector || narrow(index))
    ? allowed('gs')
    : refused('gs with 64-bit registers');
}

function indirectTarget(instruction: Instruction): string | undefined {
  const [target] = instruction.operands;
  return target?.startsWith('*') === true ? target.slice(1) : undefined;
}

function judgeIndirect(
  code: readonly Instruction[],
  at: number,
  target: string,
  image: ImageFacts,
): Verdict {
  const memory = parseMemory(target);
  if (memory !== undefined) {
    const isGate =
      memory.base === 'rip' && image.gate !== undefined && code[at]?.ripTarget === image.gate;
    if (isGate) return allowed('gate');
    return isConfinedSlot(code, at, target)
      ? allowed('tableCall')
      : refused('branch through memory');
  }
  if (image.isolation === 'data') return allowed('tableCall');
  return isConfinedTarget(code, at, target.slice(1))
    ? allowed('tableCall')
    : refused('branch to an unconfined address');
}

/** The base of a table of 32-bit offsets: a register that some `leaq table(%rip)` before it sets. */
function isTableBase(
  code: readonly Instruction[],
  at: number,
  base: string | undefined,
  image: ImageFacts,
): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const before = code[i];
    if (before?.mnemonic !== 'leaq' || before.operands[1] !== `%${base ?? ''}`) continue;
    if (before.ripTarget !== undefined && image.isReadOnly(before.ripTarget)) return true;
  }
  return false;
}

/** The target of a table call or jump is a sum (`table + masked pointer`, `table + entry`), formed before the branch. */
function isConfinedTarget(code: readonly Instruction[], at: number, register: string): boolean {
  for (let i = at - 1; i >= 0; i--) {
    const before = code[i];
    if (before?.operands.at(-1) !== `%${register}`) continue;
    switch (before.mnemonic) {
      case 'addq':
        return true;
      case 'leaq':
        return /^\(%\w+,\s*%\w+\)$/.test(before.operands[0] ?? '');
      case 'movq':
        // A copy of the target, or its reload from a spill slot on the native stack.
        return isStackOrRegister(before.operands[0] ?? '');
      default:
        if (/^(cmp|test|bt)/.test(before.mnemonic)) continue;
        return false;
    }
  }
  return false;
}

/**
 * A target that was spilled: a slot of the native stack, which some store before the branch fills with a target, or in
 * which the sum is formed.
 */
function isConfinedSlot(code: readonly Instruction[], at: number, slot: string): boolean {
  if (!isStackOrRegister(slot)) return false;
  for (let i = at - 1; i >= 0; i--) {
    const [source, destination] = code[i]?.operands ?? [];
    if (destination !== slot) continue;
    if (code[i]?.mnemonic === 'addq') return true;
    if (code[i]?.mnemonic === 'movq' && source?.startsWith('%') === true) {
      return isConfinedTarget(code, i, source.slice(1));
    }
  }
  return false;
}

function isStackOrRegister(operand: string): boolean {
  return /^%r\w+$/.test(operand) || /^-?(0x[0-9a-f]+)?\(%r[sb]p\)$/.test(operand);
}
