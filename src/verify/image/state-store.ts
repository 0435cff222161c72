/** The states of all places that branches lead to, in one array: an image has tens of thousands of them. */
import type { Lists } from './lists.js';
import { grown } from './grown.js';
import { Join } from './join.js';
import { COMPARED_FIELDS, REGISTER_FIELDS, State } from './state.js';
import { type AlignedFrames, VALUE } from './values.js';

/** Registers, then what the flags compare, then the lists of slots and facts. */
const COMPARED = REGISTER_FIELDS;
const SLOT_LIST = COMPARED + COMPARED_FIELDS;
const FACT_LIST = SLOT_LIST + 1;
const RECORD = FACT_LIST + 1;

/** Changes after which a join gives up bounds that still grow. */
const WIDEN_AFTER = 4;

/** What joining gave. */
export type Joined = 'same' | 'changed' | 'frames differ';

export class StateStore {
  #data: Int32Array;
  #count = 1;
  /** Numbers of states that nobody needs any more. */
  readonly #free: number[] = [];
  /** Work for joins. */
  readonly #joined: State;
  readonly #known: State;
  readonly #join: Join;

  /** @param expected how many states there will be, more or less */
  constructor(frames: AlignedFrames, lists: Lists, expected: number) {
    this.#data = new Int32Array(RECORD * (expected + 2));
    this.#joined = new State(frames, lists);
    this.#known = new State(frames, lists);
    this.#join = new Join(this.#joined, this.#known);
  }

  /** Keeps a state; its number, which is not 0. */
  add(state: State): number {
    const number = this.#free.pop() ?? this.#count++;
    if (this.#count * RECORD > this.#data.length) this.#data = grown(this.#data, Int32Array);
    this.put(number, state);
    return number;
  }

  /** Forgets a state, of which the number may come again. */
  remove(number: number): void {
    this.#free.push(number);
  }

  /** Integers in use. */
  get size(): number {
    return this.#count * RECORD;
  }

  /** Keeps a state in place of another. */
  put(number: number, state: State): void {
    state.dropUnusedFacts();
    const data = this.#data;
    const at = number * RECORD;
    data.set(state.registers, at);
    data.set(state.compared, at + COMPARED);
    data[at + SLOT_LIST] = state.slots.save();
    data[at + FACT_LIST] = state.facts.save();
  }

  /** Makes `state` the one of this number; its detail is the caller's matter. */
  load(number: number, state: State): void {
    const data = this.#data;
    const at = number * RECORD;
    for (let field = 0; field < REGISTER_FIELDS; field++) {
      state.registers[field] = data[at + field] ?? 0;
    }
    for (let field = 0; field < COMPARED_FIELDS; field++) {
      state.compared[field] = data[at + COMPARED + field] ?? 0;
    }
    state.slots.load(data[at + SLOT_LIST] ?? 0);
    state.facts.load(data[at + FACT_LIST] ?? 0);
  }

  /**
   * Makes the kept state true on the path of `state` too, which stays as it is. `changes` counts how often that changed
   * it; `names` are names that belong to the place.
   *
   * @see Join
   */
  join(number: number, state: State, changes: number, names: number): Joined {
    if (this.#covers(state, number)) return 'same';
    this.#joined.copy(state);
    this.load(number, this.#known);
    this.#known.detail = state.detail;
    if (!this.#join.run(changes > WIDEN_AFTER, names)) return 'frames differ';
    if (this.#equals(this.#joined, number)) return 'same';
    this.put(number, this.#joined);
    return 'changed';
  }

  /** Whether all that the kept state says is true in `state`, in so many words. */
  #covers(state: State, number: number): boolean {
    const at = number * RECORD;
    return (
      this.#coversRegisters(state, at) &&
      this.#coversComparison(state, at) &&
      state.slots.covers(this.#data[at + SLOT_LIST] ?? 0) &&
      state.facts.covers(this.#data[at + FACT_LIST] ?? 0)
    );
  }

  #coversRegisters({ registers }: State, at: number): boolean {
    const data = this.#data;
    for (let field = 0; field < REGISTER_FIELDS; field += 2) {
      const kind = data[at + field];
      if (kind === VALUE.unknown) continue;
      if (registers[field] !== kind || registers[field + 1] !== data[at + field + 1]) return false;
    }
    return true;
  }

  #coversComparison({ compared }: State, at: number): boolean {
    const data = this.#data;
    if (data[at + COMPARED] === VALUE.unknown) return true;
    for (let field = 0; field < COMPARED_FIELDS; field++) {
      if (data[at + COMPARED + field] !== compared[field]) return false;
    }
    return true;
  }

  /** Whether a join with the kept state says all that the kept one does. */
  #equals(joined: State, number: number): boolean {
    const at = number * RECORD;
    const data = this.#data;
    for (let field = 0; field < REGISTER_FIELDS; field += 2) {
      const kind = joined.registers[field];
      if (kind !== data[at + field]) return false;
      if (kind !== VALUE.unknown && joined.registers[field + 1] !== data[at + field + 1]) {
        return false;
      }
    }
    return (
      joined.comparedKind === data[at + COMPARED] &&
      joined.slots.hasLengthOf(data[at + SLOT_LIST] ?? 0) &&
      joined.facts.equals(data[at + FACT_LIST] ?? 0)
    );
  }
}
