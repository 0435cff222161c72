/** Whether an abstract state is true of a processor's state: the meaning of each value, written down a second time. */
import { GPR } from '../../../src/verify/image/iced.js';
import type { State } from '../../../src/verify/image/state.js';
import type { Tables } from '../../../src/verify/image/tables.js';
import { type AlignedFrames, VALUE } from '../../../src/verify/image/values.js';

/** What the processor has in front of an instruction. */
export interface Concrete {
  readonly registers: BigUint64Array;
  readonly flags: bigint;
  /** The eight bytes at an address on the stack; undefined where nobody looked. */
  readonly word: (address: bigint) => bigint | undefined;
}

/** How the function that runs was entered. */
export interface Activation {
  /** The stack pointer, and the registers, at its entry. */
  readonly entry: bigint;
  readonly registers: BigUint64Array;
  /** The window where the code runs: what its addresses count from; 0 where they stand as they are. */
  readonly codeBase?: bigint;
}

/** One value that a state speaks of. */
export interface Claim {
  readonly place: string;
  readonly kind: number;
  readonly payload: number;
  /** Where a slot is; undefined for a register. */
  readonly slot: { readonly base: number; readonly offset: number } | undefined;
  readonly register: number;
}

export interface Bound {
  readonly kind: number;
  readonly name: number;
  readonly bound: number;
}

/** A state, taken out of the arrays of the analysis. */
export interface Claims {
  readonly values: readonly Claim[];
  readonly bounds: readonly Bound[];
  readonly compared: Bound | undefined;
  /** Kinds of realigned frames, by the low and high end of what an offset of 0 in them can be. */
  readonly frames: ReadonlyMap<number, { readonly from: number; readonly size: number }>;
  readonly jumpTargets: (
    table: number,
  ) => { start: number; targets: readonly number[] } | undefined;
  readonly callSlots: (table: number) => readonly number[];
}

const NAMES = 'rax rcx rdx rbx rsp rbp rsi rdi r8 r9 r10 r11 r12 r13 r14 r15'.split(' ');
const SLOT = 4;
const FACT = 3;
const WIDTHS: Readonly<Record<number, bigint>> = {
  [VALUE.number]: 64n,
  [VALUE.number32]: 32n,
  [VALUE.number16]: 16n,
  [VALUE.number8]: 8n,
};

/** Copies what `state` says. */
export function claimsOf(state: State, tables: Tables, frames: AlignedFrames): Claims {
  const values: Claim[] = [];
  for (let register = 0; register < 16; register++) {
    const kind = state.kind(register);
    if (kind === VALUE.unknown) continue;
    const place = NAMES[register] ?? '';
    values.push({ place, kind, payload: state.payload(register), slot: undefined, register });
  }
  const slots = state.slots.contents();
  for (let at = 0; at + SLOT <= slots.length; at += SLOT) {
    const [base = 0, offset = 0, kind = 0, payload = 0] = slots.subarray(at, at + SLOT);
    const place = `slot ${base}:${offset}`;
    values.push({ place, kind, payload, slot: { base, offset }, register: -1 });
  }
  const facts = state.facts.contents();
  const bounds: Bound[] = [];
  for (let at = 0; at + FACT <= facts.length; at += FACT) {
    const [kind = 0, name = 0, bound = 0] = facts.subarray(at, at + FACT);
    bounds.push({ kind, name, bound: bound >>> 0 });
  }
  const { comparedKind: kind, comparedName: name, comparedWith } = state;
  return {
    values,
    bounds,
    compared: kind === VALUE.unknown ? undefined : { kind, name, bound: comparedWith },
    frames: frames.all(),
    jumpTargets: (table) => tables.jumpTable(table),
    callSlots: (table) => tables.callTable(table)?.slots ?? [],
  };
}

/** What is not true of `concrete`; undefined when all is. `addresses` are those of the instructions. */
export function falseClaim(
  claims: Claims,
  concrete: Concrete,
  activation: Activation,
  addresses: Int32Array,
): string | undefined {
  const numbers = new Map<number, { value: bigint; width: bigint }>();
  for (const claim of claims.values) {
    const value = valueOf(claim, claims, concrete, activation);
    if (value === undefined) continue;
    const problem =
      claim.kind in WIDTHS
        ? noteNumber(numbers, claim, value)
        : isTrue(claim, value, claims, activation, addresses)
          ? undefined
          : `is 0x${value.toString(16)}`;
    if (problem !== undefined)
      return `${claim.place}, kind ${claim.kind} payload ${claim.payload}, ${problem}`;
  }
  return falseBound(claims, numbers) ?? falseComparison(claims, numbers, concrete.flags);
}

/** What is not true of the first of these, if none is true; undefined where nothing is claimed. */
export function allFalse(
  all: readonly Claims[],
  concrete: Concrete,
  activation: Activation,
  addresses: Int32Array,
): string | undefined {
  const problems = all.map((claims) => falseClaim(claims, concrete, activation, addresses));
  return problems.includes(undefined) ? undefined : problems[0];
}

function addressOf(base: number, offset: number, claims: Claims, entry: bigint): bigint {
  const frame = claims.frames.get(base);
  if (frame === undefined) return BigInt.asUintN(64, entry + BigInt(offset));
  const aligned = (entry + BigInt(frame.from)) & -BigInt(frame.size);
  return BigInt.asUintN(64, aligned + BigInt(offset));
}

function valueOf(
  { slot, register }: Claim,
  claims: Claims,
  { registers, word }: Concrete,
  { entry }: Activation,
): bigint | undefined {
  if (slot === undefined) return registers[register];
  return word(addressOf(slot.base, slot.offset, claims, entry));
}

function isTrue(
  { kind, payload }: Claim,
  value: bigint,
  claims: Claims,
  { entry, registers, codeBase = 0n }: Activation,
  addresses: Int32Array,
): boolean {
  const isPlace = (at: number): boolean => BigInt(addresses[at] ?? -1) + codeBase === value;
  const unsigned = BigInt(payload >>> 0);
  switch (kind) {
    case VALUE.saved:
      return value === registers[payload];
    case VALUE.constant:
      return value === BigInt.asUintN(64, BigInt(payload));
    case VALUE.code:
      return value === BigInt.asUintN(64, BigInt(payload) + codeBase);
    case VALUE.range:
      return value <= unsigned;
    case VALUE.masked:
      return (value & ~unsigned) === 0n;
    case VALUE.tableEntry: {
      const table = claims.jumpTargets(payload);
      const target = BigInt.asUintN(64, value + BigInt(table?.start ?? 0));
      return table?.targets.some((at) => BigInt(addresses[at] ?? -1) === target) ?? false;
    }
    case VALUE.tableTarget:
      return claims.jumpTargets(payload)?.targets.some(isPlace) ?? false;
    case VALUE.callee:
      return claims.callSlots(payload).some(isPlace);
    default:
      return value === addressOf(kind, payload, claims, entry);
  }
}

/** All places that have a number, or a part of it, have the same; the widest of them is kept. */
function noteNumber(
  numbers: Map<number, { value: bigint; width: bigint }>,
  { kind, payload }: Claim,
  value: bigint,
): string | undefined {
  const width = WIDTHS[kind] ?? 64n;
  if (value !== BigInt.asUintN(Number(width), value))
    return `is 0x${value.toString(16)}, which is wider`;
  const known = numbers.get(payload);
  if (known === undefined || known.width < width) numbers.set(payload, { value, width });
  if (known === undefined) return undefined;
  const narrower = Number(known.width < width ? known.width : width);
  const isSame = BigInt.asUintN(narrower, value) === BigInt.asUintN(narrower, known.value);
  return isSame ? undefined : `is 0x${value.toString(16)}, elsewhere 0x${known.value.toString(16)}`;
}

function falseBound(
  { bounds }: Claims,
  numbers: ReadonlyMap<number, { value: bigint; width: bigint }>,
): string | undefined {
  for (const { kind, name, bound } of bounds) {
    const width = WIDTHS[kind] ?? 64n;
    const known = numbers.get(name);
    if (known === undefined || known.width < width) continue;
    const part = BigInt.asUintN(Number(width), known.value);
    if (part > BigInt(bound))
      return `number ${name} kind ${kind} is 0x${part.toString(16)}, above ${bound}`;
  }
  return undefined;
}

const [CARRY, ZERO] = [1n, 64n];

function falseComparison(
  { compared }: Claims,
  numbers: ReadonlyMap<number, { value: bigint; width: bigint }>,
  flags: bigint,
): string | undefined {
  if (compared === undefined) return undefined;
  const width = WIDTHS[compared.kind] ?? 64n;
  const known = numbers.get(compared.name);
  if (known === undefined || known.width < width) return undefined;
  const part = BigInt.asUintN(Number(width), known.value);
  const constant = BigInt(compared.bound);
  const isRight =
    ((flags & CARRY) !== 0n) === part < constant && ((flags & ZERO) !== 0n) === (part === constant);
  return isRight ? undefined : `the flags do not compare 0x${part.toString(16)} with ${constant}`;
}

/** What a function that is left must have as it was entered. */
export function isLeftAsEntered(
  { registers }: Concrete,
  { entry, registers: old }: Activation,
): boolean {
  const kept = [GPR.rbx, GPR.rbp, GPR.r12, GPR.r13, GPR.r14, GPR.r15];
  return (
    registers[GPR.rsp] === entry && kept.every((register) => registers[register] === old[register])
  );
}
