/**
 * Random states that meet at places, beside machines that they are true of. Random functions (generator.ts) come to few
 * of the joins in which names stand in several registers and come round again; here nothing else happens.
 */
import { allocateCode } from '../../../src/verify/image/code.js';
import { Encodings } from '../../../src/verify/image/encodings.js';
import { GPR } from '../../../src/verify/image/iced.js';
import { Lists } from '../../../src/verify/image/lists.js';
import { RegisterTransfer } from '../../../src/verify/image/register-transfer.js';
import { type Detail, State } from '../../../src/verify/image/state.js';
import { StateStore } from '../../../src/verify/image/state-store.js';
import { Tables } from '../../../src/verify/image/tables.js';
import { AlignedFrames, isNumber, VALUE } from '../../../src/verify/image/values.js';
import { type Claims, claimsOf, falseClaim } from './claims.js';
import type { Random } from '../../support/random.js';
import { randomWord } from './random-word.js';

const REGISTERS = [GPR.rax, GPR.rcx, GPR.rdx] as const;
const SLOTS = [-8, -16] as const;
const PLACES = 2;
/** Instructions that name values; their numbers are below the names of places. */
const SITES = 3;
const ARRIVALS = 14;
const MOST_STEPS = 7;
const ENTRY = 0x10000n;
/** Entries of a table, and their targets. */
const ENTRIES = [8n, 16n] as const;
const TABLE = { start: 0, targets: [0, 1] } as const;
const ADDRESSES = new Int32Array(ENTRIES.map(Number));
const [CARRY, ZERO] = [1n, 64n];
const PARTS = [
  { kind: VALUE.number, bits: 64 },
  { kind: VALUE.number32, bits: 32 },
  { kind: VALUE.number16, bits: 16 },
  { kind: VALUE.number8, bits: 8 },
] as const;

/** A processor. */
interface Machine {
  readonly registers: BigUint64Array;
  readonly words: Map<number, bigint>;
  flags: bigint;
}

/** A place, the state that is kept for it, and machines that were there. */
interface Place {
  readonly number: number;
  readonly machines: Machine[];
  changes: number;
}

/** What is not true after one series of joins; undefined when all is. */
export function runJoins(random: Random, detail: Detail): string | undefined {
  return new Joins(random, detail).run();
}

class Joins {
  readonly #random: Random;
  readonly #detail: Detail;
  readonly #frames = new AlignedFrames();
  readonly #lists = new Lists(64);
  readonly #state = new State(this.#frames, this.#lists);
  readonly #store = new StateStore(this.#frames, this.#lists, PLACES);
  readonly #code = allocateCode(1, 0, ENCODINGS);
  readonly #tables = new Tables(this.#code, { start: 0, end: 0, bytes: new Uint8Array() });
  readonly #transfer = new RegisterTransfer(this.#code, this.#state, this.#frames);
  readonly #places = new Map<number, Place>();
  readonly #entered: Machine;

  constructor(random: Random, detail: Detail) {
    this.#random = random;
    this.#detail = detail;
    this.#entered = {
      registers: new BigUint64Array(16).map(() => randomWord(random)),
      words: new Map(),
      flags: 0n,
    };
    this.#entered.registers[GPR.rsp] = ENTRY;
  }

  run(): string | undefined {
    for (let arrival = 0; arrival < ARRIVALS; arrival++) {
      const machine = this.#begin();
      for (let left = this.#random.below(MOST_STEPS); left > 0; left--) this.#step(machine);
      const number = this.#random.below(PLACES);
      const place = this.#arrive(number);
      place.machines.push(machine);
      const problem = this.#check(place);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  /** A place that was reached, or the entry. */
  #begin(): Machine {
    const place = this.#places.get(this.#random.below(PLACES));
    this.#state.detail = this.#detail;
    if (place !== undefined) {
      this.#store.load(place.number, this.#state);
      return copyOf(this.#random.pick(place.machines));
    }
    this.#state.enter();
    return copyOf(this.#entered);
  }

  #arrive(number: number): Place {
    const known = this.#places.get(number);
    if (known === undefined) {
      const place = { number: this.#store.add(this.#state), machines: [], changes: 0 };
      this.#places.set(number, place);
      return place;
    }
    const names = SITES + 16 * number;
    if (this.#store.join(known.number, this.#state, known.changes, names) === 'changed')
      known.changes++;
    return known;
  }

  #check({ number, machines }: Place): string | undefined {
    const state = this.#state;
    this.#store.load(number, state);
    const claims: Claims = {
      ...claimsOf(state, this.#tables, this.#frames),
      jumpTargets: () => TABLE,
    };
    const activation = { entry: ENTRY, registers: this.#entered.registers };
    for (const { registers, words, flags } of machines) {
      const word = (address: bigint): bigint | undefined => words.get(Number(address - ENTRY));
      const problem = falseClaim(claims, { registers, flags, word }, activation, ADDRESSES);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  // What instructions do

  #register(): number {
    return this.#random.pick(REGISTERS);
  }

  #step(machine: Machine): void {
    const random = this.#random;
    const [from, to] = [this.#register(), this.#register()];
    switch (random.below(10)) {
      case 0:
      case 1:
      case 2:
        this.#copy(machine, from, to);
        return;
      case 3:
        this.#load(machine, to);
        return;
      case 4:
        this.#spill(machine, from);
        return;
      case 5:
      case 6:
        this.#compare(machine, from);
        return;
      default:
        this.#renew(machine, to);
    }
  }

  #name(register: number): void {
    this.#state.name(register, this.#random.below(SITES));
  }

  #copy({ registers }: Machine, from: number, to: number): void {
    const state = this.#state;
    this.#name(from);
    const bits = this.#random.pick([64, 64, 64, 32, 16, 8]);
    if (bits === 64) state.set(to, state.kind(from), state.payload(from));
    else this.#transfer.zeroExtendRegister(from, to, bits);
    registers[to] = BigInt.asUintN(bits, registers[from] ?? 0n);
  }

  #load({ registers, words }: Machine, to: number): void {
    const slot = this.#random.pick(SLOTS);
    const word = words.get(slot);
    if (word === undefined) return;
    this.#state.loadSlot(to, VALUE.stack, slot);
    registers[to] = word;
  }

  #spill({ registers, words }: Machine, from: number): void {
    const state = this.#state;
    const slot = this.#random.pick(SLOTS);
    this.#name(from);
    state.slots.forget(VALUE.stack, slot, 8);
    state.storeSlot(VALUE.stack, slot, state.kind(from), state.payload(from));
    words.set(slot, registers[from] ?? 0n);
  }

  /** Compares with a constant, and goes the way of the branch that the machine goes. */
  #compare(machine: Machine, register: number): void {
    const state = this.#state;
    const random = this.#random;
    const { kind: part, bits } = random.pick(PARTS);
    const constant = random.pick([1, 7, 200]);
    const value = BigInt.asUintN(bits, machine.registers[register] ?? 0n);
    machine.flags =
      (value < BigInt(constant) ? CARRY : 0n) | (value === BigInt(constant) ? ZERO : 0n);
    state.forgetFlags();
    if (state.detail !== 'full') return;
    state.nameCompared(register, random.below(SITES));
    const [kind, name] = [state.kind(register), state.payload(register)];
    if (!isNumber(kind)) return;
    state.compare(Math.max(kind, part), name, constant);
    if (value <= BigInt(constant)) state.limit(Math.max(kind, part), name, constant);
  }

  /** Another value, of which more or less is known. */
  #renew({ registers }: Machine, to: number): void {
    const state = this.#state;
    const random = this.#random;
    const low = random.below(12);
    registers[to] = BigInt(low);
    switch (random.below(6)) {
      case 0:
        state.set(to, VALUE.constant, low);
        return;
      case 1:
        state.set(to, VALUE.masked, 15);
        return;
      case 2:
        state.set(to, VALUE.tableEntry, 0);
        registers[to] = random.pick(ENTRIES);
        return;
      case 3:
        state.setRange(to, low + random.below(3));
        return;
      default:
        state.setUnknown(to);
        registers[to] = randomWord(random);
    }
  }
}

const ENCODINGS = new Encodings();

function copyOf({ registers, words, flags }: Machine): Machine {
  return { registers: registers.slice(), words: new Map(words), flags };
}
