/** The decoder, loaded when an image is verified and not before: it takes longer to load than other commands run. */
import type * as iced from 'iced-x86';
import { InternalError } from '../../text/internal-error.js';

export type Iced = typeof iced;

/** Loads iced-x86 and its WebAssembly. */
export async function loadIced(): Promise<Iced> {
  return import('iced-x86');
}

/** General-purpose registers as the SDM numbers them. */
export const GPR = {
  rax: 0,
  rcx: 1,
  rdx: 2,
  rbx: 3,
  rsp: 4,
  rbp: 5,
  rsi: 6,
  rdi: 7,
  r8: 8,
  r9: 9,
  r10: 10,
  r11: 11,
  r12: 12,
  r13: 13,
  r14: 14,
  r15: 15,
} as const;

/** What a callee returns unchanged (System V ABI). */
export const CALLEE_SAVED = [GPR.rbx, GPR.rbp, GPR.r12, GPR.r13, GPR.r14, GPR.r15] as const;

/** What a register operand names. */
export interface RegisterFacts {
  /** Number of the general-purpose register, or `NO_GPR`. */
  readonly gpr: Uint8Array;
  /** Bits of it that the name covers, from bit 0 on; 0 for AH, CH, DH and BH, and for other registers. */
  readonly bits: Uint8Array;
}

export const NO_GPR = 255;
const NAMES = ['AX', 'CX', 'DX', 'BX', 'SP', 'BP', 'SI', 'DI'] as const;

/** Facts by iced's register number. */
export function registerFacts({ Register }: Iced): RegisterFacts {
  const byName = new Map(
    Object.entries(Register).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number' ? [[name, value]] : [],
    ),
  );
  const gpr = new Uint8Array(256).fill(NO_GPR);
  const bits = new Uint8Array(256);
  const set = (name: string, number: number, width: number): void => {
    const register = byName.get(name);
    if (register === undefined) throw new InternalError(`iced-x86 has no register ${name}`);
    gpr[register] = number;
    bits[register] = width;
  };
  NAMES.forEach((name, number) => {
    set(`R${name}`, number, 64);
    set(`E${name}`, number, 32);
    set(name, number, 16);
    set(number < 4 ? name.replace('X', 'L') : `${name}L`, number, 8);
    if (number < 4) set(name.replace('X', 'H'), number, 0);
  });
  for (let number = 8; number < 16; number++) {
    set(`R${number}`, number, 64);
    set(`R${number}D`, number, 32);
    set(`R${number}W`, number, 16);
    set(`R${number}L`, number, 8);
  }
  return { gpr, bits };
}

/** iced's instruction codes by name. */
export function codesByName({ Code }: Iced): ReadonlyMap<string, iced.Code> {
  return new Map(
    Object.entries(Code).flatMap(([name, value]): [string, iced.Code][] =>
      typeof value === 'number' ? [[name, value]] : [],
    ),
  );
}
