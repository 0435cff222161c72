/** What the processor had, step by step, beside what was claimed. */
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { REFUSED } from '../../../src/verify/image/encodings.js';
import { GPR, NO_GPR } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { OPERAND } from '../../../src/verify/image/operands.js';
import { instructionAt } from '../../../src/verify/image/tables.js';
import { VALUE } from '../../../src/verify/image/values.js';
import type { ClaimsByInstruction } from './analysed.js';
import {
  type Activation,
  type Claims,
  type Concrete,
  allFalse,
  isLeftAsEntered,
} from './claims.js';

export const REGISTERS = 16;
const WORDS = 320;
const [SIGILL, SIGFPE] = [4, 8];
/** Registers, rip, flags, words of the stack. */
const STEP = REGISTERS + 2 + WORDS;
const STACK_END = 0x2_0000_0000n + 0x1_0000n;
const STACK_START = STACK_END - BigInt(WORDS * 8);

export interface Tally {
  readonly functions: number;
  readonly refused: number;
  readonly steps: number;
  /** Claims that were compared. */
  readonly claims: number;
  /** How often a value of each kind was compared. */
  readonly byKind: ReadonlyMap<number, number>;
  readonly problems: readonly string[];
}

/** An activation, and where it returns to. */
interface Entered extends Activation {
  readonly back: bigint | undefined;
}

/** Goes through the steps of all runs. */
export class Comparison {
  readonly #code: Code;
  readonly #claims: ClaimsByInstruction;
  readonly #where: string;
  readonly #problems: string[] = [];
  readonly #byKind = new Map<number, number>();
  #steps = 0;
  #compared = 0;
  #activations: Entered[] = [];
  #isRunning = false;
  /** What comes of this run does not count any more. */
  #isOver = false;
  #isHosts = false;
  readonly #hostCalls: ReadonlySet<number>;

  /** @param hostCalls instructions where functions begin that the host calls, with no arguments on the stack */
  constructor(
    code: Code,
    claims: ClaimsByInstruction,
    where: string,
    hostCalls: ReadonlySet<number> = new Set(),
  ) {
    this.#code = code;
    this.#claims = claims;
    this.#where = where;
    this.#hostCalls = hostCalls;
  }

  compare(output: BigUint64Array, functions: number, refused: number): Tally {
    let last = -1;
    for (let at = 0; at + STEP <= output.length; at += STEP) {
      const record = output.subarray(at, at + STEP);
      const address = Number(record[REGISTERS] ?? 0n);
      if (address === 0) this.#end(Number(record[0] ?? 0n), last);
      else this.#step(record, address, last);
      last = address === 0 ? -1 : instructionAt(this.#code, address);
    }
    return {
      functions,
      refused,
      steps: this.#steps,
      claims: this.#compared,
      byKind: this.#byKind,
      problems: this.#problems,
    };
  }

  #problem(at: number, message: string): void {
    const place = at < 0 ? '' : `0x${(this.#code.address[at] ?? 0).toString(16)}: `;
    this.#problems.push(`${this.#where} ${place}${message}`);
  }

  /** SIGFPE, and SIGILL of a trap, are the program's own; memory faults are not, as all it may reach is there. */
  #end(how: number, last: number): void {
    const isTrap = how === 256 + SIGILL && last >= 0 && kindAt(this.#code, last) === KINDS.trap;
    const isOwn = how === 256 + SIGFPE || isTrap || this.#isOver;
    if (how >= 256 && !isOwn) this.#problem(last, `signal ${how - 256}`);
    this.#isRunning = false;
    this.#isOver = false;
  }

  #step(record: BigUint64Array, address: number, last: number): void {
    if (this.#isOver) return;
    const at = instructionAt(this.#code, address);
    if (at < 0) {
      this.#problem(last, `control goes to 0x${address.toString(16)}, where no instruction starts`);
      return;
    }
    const concrete = concreteOf(record);
    this.#enterOrLeave(at, last, concrete);
    const claims = this.#claims.get(at);
    if (this.#isAssumed(last) && claims?.some(isEntry) !== true) {
      this.#isOver = true;
      return;
    }
    const activation = this.#activations[this.#activations.length - 1];
    if (claims === undefined || activation === undefined) {
      this.#problem(at, 'the analysis has not been here');
      return;
    }
    this.#steps++;
    for (const one of claims) this.#count(one);
    if (this.#activations.some(({ entry, back }) => concrete.word(entry) !== back)) {
      this.#problem(last, 'a return address was overwritten');
    }
    const problem = allFalse(claims, concrete, activation, this.#code.address);
    if (problem !== undefined) this.#problem(at, problem);
    if (this.#isHosts && this.#activations.length === 1 && this.#usesArguments(at, concrete)) {
      this.#problem(at, 'arguments on the stack, which the host does not give');
    }
  }

  #count({ values, bounds, compared }: Claims): void {
    const seen = (kind: number): void => {
      this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    };
    this.#compared += values.length + bounds.length;
    for (const { kind } of values) seen(kind);
    if (compared !== undefined) seen(-1);
    if (bounds.length > 0) seen(-2);
  }

  /** Whether control came by a call or jump to what images of level `data` take for a function without proof. */
  #isAssumed(last: number): boolean {
    const kind = last < 0 ? -1 : kindAt(this.#code, last);
    const { encodings } = this.#code;
    const encoding = this.#code.encoding[last] ?? REFUSED;
    const isIndirect = kind === KINDS.callIndirect || kind === KINDS.jumpIndirect;
    if (!isIndirect || encodings.operand[encoding] !== OPERAND.none) return false;
    const proven: readonly number[] = [VALUE.callee, VALUE.tableTarget];
    const values = (this.#claims.get(last) ?? []).flatMap(({ values }) => values);
    return !values.some(
      ({ register, kind }) => register === encodings.register0[encoding] && proven.includes(kind),
    );
  }

  /** Whether the instruction accesses what is above the return address of the function that runs. */
  #usesArguments(at: number, { registers }: Concrete): boolean {
    const { encodings, displacement, encoding: all } = this.#code;
    const encoding = all[at] ?? REFUSED;
    const base = encodings.base[encoding] ?? NO_GPR;
    const isStack =
      encodings.operand[encoding] === OPERAND.unproven &&
      encodings.index[encoding] === NO_GPR &&
      encodings.kind[encoding] !== KINDS.loadAddress;
    const [{ entry } = { entry: 0n }] = this.#activations;
    const address = (registers[base] ?? 0n) + BigInt(displacement[at] ?? 0);
    const end = BigInt.asUintN(64, address) + BigInt(encodings.size[encoding] ?? 0);
    return isStack && end > entry + 8n;
  }

  /** Keeps the activations as the call or return behind us makes them. */
  #enterOrLeave(at: number, last: number, concrete: Concrete): void {
    const kind = last < 0 ? -1 : kindAt(this.#code, last);
    const entry = concrete.registers[GPR.rsp] ?? 0n;
    const activation = { entry, registers: concrete.registers, back: concrete.word(entry) };
    if (!this.#isRunning) {
      this.#isRunning = true;
      this.#isHosts = this.#hostCalls.has(at);
      this.#activations = [activation];
    } else if (kind === KINDS.call || kind === KINDS.callIndirect)
      this.#activations.push(activation);
    else if (kind === KINDS.return) {
      const left = this.#activations.pop();
      const entry = (concrete.registers[GPR.rsp] ?? 0n) - 8n;
      const returned = concrete.registers.slice();
      returned[GPR.rsp] = entry;
      if (left !== undefined && !isLeftAsEntered({ ...concrete, registers: returned }, left)) {
        this.#problem(last, 'the function is not left as it was entered');
      }
    }
  }
}

/** Whether no more is claimed than at the entry of any function. */
function isEntry(claims: Claims): boolean {
  if (claims.bounds.length > 0 || claims.compared !== undefined) return false;
  return claims.values.every(({ kind, payload, register }) =>
    kind === VALUE.saved ? payload === register : register === GPR.rsp && payload === 0,
  );
}

function concreteOf(record: BigUint64Array): Concrete {
  return {
    registers: record.subarray(0, REGISTERS),
    flags: record[REGISTERS + 1] ?? 0n,
    word: (address) => {
      if (address < STACK_START || address + 8n > STACK_END) return undefined;
      const view = new DataView(record.buffer, record.byteOffset + (REGISTERS + 2) * 8, WORDS * 8);
      return view.getBigUint64(Number(address - STACK_START), true);
    },
  };
}
