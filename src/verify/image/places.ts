/**
 * The states of all places that branches lead to, and where there is news. Nothing here knows instructions: paths.ts
 * moves the state along, and says where it arrives.
 */
import type { Code } from './code.js';
import type { Effort } from './effort.js';
import { Lists } from './lists.js';
import { OrderedSet } from './ordered-set.js';
import { DETAIL, Owners } from './owners.js';
import { type Detail, State } from './state.js';
import { type Joined, StateStore } from './state-store.js';
import { AlignedFrames } from './values.js';

/** Changes after which an image is refused. */
export const MAX_CHANGES = 1000;
const REGISTER_COUNT = 16;
/** Of an instruction, on average, and some more: arrays that need not grow, so that V8 keeps the code that reads them. */
const PLACES = 0.2;
const LIST_INTEGERS = 0.5;
/** Of all states that are kept, in integers of four bytes: a gigabyte. */
const MAX_INTEGERS = 1 << 28;
/** What it costs to come to a place, beside what has to be looked at in the lists of the state. */
const ARRIVAL = 64;

/** What became of a state that reached a place. */
export type Arrival = Joined | 'unsettled' | 'stale' | 'exhausted';

export class Places {
  readonly frames = new AlignedFrames();
  readonly owners: Owners;
  /** The state that is moved along. */
  readonly state: State;
  readonly #code: Code;
  readonly #lists: Lists;
  readonly #coarse: Detail;
  readonly #refuseEntry: (at: number) => void;
  readonly #store: StateStore;
  readonly #entered: State;
  readonly #scratch: State;
  /** Number of the state in front of each instruction that branches lead to, or 0. */
  readonly #saved: Int32Array;
  /** The places of an owner, which is one of them, in a ring: the distance to the next one. */
  readonly #ring: Int32Array;
  readonly #owner: Int32Array;
  readonly #changes: Uint16Array;
  readonly #news: OrderedSet;
  readonly #isEntry: Uint8Array;
  readonly #effort: Effort;
  /** Owners that have to begin anew; some perhaps by other names, or more than once. */
  #stale: number[] = [];
  #currentOwner = 0;
  #entryCount = 0;

  /**
   * `coarse` is the detail that functions begin with. `refuseEntry` is called for functions that paths run into in
   * another state than their callers.
   */
  constructor(code: Code, coarse: Detail, effort: Effort, refuseEntry: (at: number) => void) {
    const lists = new Lists(Math.ceil(code.count * LIST_INTEGERS));
    this.#lists = lists;
    this.#code = code;
    this.#coarse = coarse;
    this.#effort = effort;
    this.#refuseEntry = refuseEntry;
    this.owners = new Owners(code.count);
    this.state = this.newState();
    this.#entered = this.newState();
    this.#scratch = this.newState();
    this.#entered.enter();
    this.#store = new StateStore(this.frames, lists, Math.ceil(code.count * PLACES));
    this.#saved = new Int32Array(code.count);
    this.#owner = new Int32Array(code.count).fill(-1);
    this.#changes = new Uint16Array(code.count);
    this.#news = new OrderedSet(code.count);
    this.#ring = new Int32Array(code.count);
    this.#isEntry = new Uint8Array(code.count);
  }

  /** Another state, to copy this one to. */
  newState(): State {
    return new State(this.frames, this.#lists);
  }

  get entryCount(): number {
    return this.#entryCount;
  }

  /** The function that the state is in. */
  get currentOwner(): number {
    return this.#currentOwner;
  }

  isEntry(at: number): boolean {
    return this.#isEntry[at] === 1;
  }

  /** Whether {@link settle} has something to do. */
  get hasWork(): boolean {
    return this.#news.next(0) >= 0 || this.#stale.length > 0;
  }

  /** Whether so much was done, or is kept, that the image is refused. */
  get isExhausted(): boolean {
    return this.#effort.isSpent || this.#store.size + this.#lists.size > MAX_INTEGERS;
  }

  hasNews(at: number): boolean {
    return this.#news.has(at);
  }

  /** Whether paths come to this instruction otherwise than from the one before. */
  isPlace(at: number): boolean {
    return this.#saved[at] !== 0;
  }

  /** Whether a function may be entered in the state that is kept for a place. */
  meetsContract(at: number): boolean {
    this.#store.load(this.#saved[at] ?? 0, this.#scratch);
    this.#effort.spent += ARRIVAL + this.#scratch.size;
    return this.#scratch.meetsContract();
  }

  /** From now on paths with the state of a function's entry come in here, too. */
  addEntry(at: number): void {
    if (this.#isEntry[at] === 1) return;
    this.#isEntry[at] = 1;
    this.#entryCount++;
    if (this.#owner[at] === -1) this.#owner[at] = at;
    const owner = this.owners.unite(this.#owner[at] ?? at, at);
    if (!this.isPlace(at)) this.#joinRings(owner, at);
    // Paths may have come in before this was known to be an entry: they had to meet the contract.
    const isMixed = this.isPlace(at) && !this.meetsContract(at);
    if (isMixed && this.owners.detail(owner) === DETAIL.full) this.#refuseEntry(at);
    else if (isMixed) this.owners.setDetail(owner, DETAIL.stale);
    if (this.owners.detail(owner) === DETAIL.stale) this.#stale.push(owner);
    this.#enter(at);
  }

  #enter(at: number): void {
    const saved = this.#saved[at] ?? 0;
    if (saved === 0) this.#add(at, this.#entered);
    else this.#store.put(saved, this.#entered);
    this.#news.add(at);
  }

  #add(at: number, state: State): void {
    this.#saved[at] = this.#store.add(state);
  }

  /** Makes one ring of the two that these places are in, or takes a ring apart that both are in. */
  #joinRings(one: number, other: number): void {
    const ring = this.#ring;
    const next = one + (ring[one] ?? 0);
    ring[one] = other + (ring[other] ?? 0) - one;
    ring[other] = next - other;
  }

  /** The state reaches a place that is no entry. */
  arrive(to: number): Arrival {
    const saved = this.#saved[to] ?? 0;
    if (this.isExhausted) return 'exhausted';
    this.#effort.spent += ARRIVAL + this.state.size;
    if (saved === 0) {
      this.#add(to, this.state);
      this.#owner[to] = this.#currentOwner;
      this.#joinRings(this.owners.find(this.#currentOwner), to);
      this.#news.add(to);
      return 'changed';
    }
    if (this.#unite(to)) return 'stale';
    const changes = this.#changes[to] ?? 0;
    // Instructions name values by their own numbers.
    const names = this.#code.count + to * REGISTER_COUNT;
    const joined = this.#store.join(saved, this.state, changes, names);
    if (joined !== 'changed') return joined;
    this.#changes[to] = changes + 1;
    if (changes > MAX_CHANGES) return 'unsettled';
    this.#news.add(to);
    return 'changed';
  }

  /** The current function and the one that the place is in share code; true when both have to begin anew. */
  #unite(to: number): boolean {
    const owner = this.#owner[to] ?? to;
    if (owner === this.#currentOwner) return false;
    const [one, other] = [this.owners.find(owner), this.owners.find(this.#currentOwner)];
    if (one !== other) this.#joinRings(one, other);
    this.#currentOwner = this.owners.unite(one, other);
    this.#owner[to] = this.#currentOwner;
    if (this.owners.detail(this.#currentOwner) !== DETAIL.stale) return false;
    this.#stale.push(this.#currentOwner);
    return true;
  }

  /** Makes the state of a place the current one, which is no news any more; false when its function begins anew. */
  take(at: number): boolean {
    if (this.hasNews(at)) this.#news.delete(at);
    return this.load(at);
  }

  /** The same, but what is news stays so. */
  load(at: number): boolean {
    this.#currentOwner = this.owners.find(this.#owner[at] ?? at);
    const detail = this.owners.detail(this.#currentOwner);
    if (detail === DETAIL.stale) return false;
    this.#store.load(this.#saved[at] ?? 0, this.state);
    this.state.detail = detail === DETAIL.full ? 'full' : this.#coarse;
    return true;
  }

  /** Whether the current function has states in full detail; otherwise it is to begin anew with them. */
  demandDetail(): boolean {
    if (this.state.detail === 'full') return true;
    this.owners.setDetail(this.#currentOwner, DETAIL.stale);
    this.#stale.push(this.#currentOwner);
    return false;
  }

  /** Calls `follow` for all places with news, in passes in the order of addresses, until there are none. */
  settle(follow: (at: number) => void): void {
    do {
      for (let at = this.#news.next(0); at >= 0 && !this.isExhausted;) {
        follow(at);
        const next = this.#news.next(at + 1);
        at = next >= 0 ? next : this.#news.next(0);
      }
    } while (!this.isExhausted && this.#beginAnew());
  }

  /** Forgets the states of stale functions but those of their entries; false when there are none. */
  #beginAnew(): boolean {
    const stale = this.#stale;
    this.#stale = [];
    for (const one of stale) {
      const owner = this.owners.find(one);
      if (this.owners.detail(owner) !== DETAIL.stale) continue;
      this.owners.setDetail(owner, DETAIL.full);
      this.#forget(owner);
    }
    return stale.length > 0;
  }

  /** Forgets the places of an owner but the entries, among which is the owner itself. */
  #forget(owner: number): void {
    const ring = this.#ring;
    let kept = owner;
    let at = owner;
    do {
      const next = at + (ring[at] ?? 0);
      this.#effort.spent++;
      if (this.#isEntry[at] === 1) {
        ring[kept] = at - kept;
        kept = at;
        this.#enter(at);
      } else {
        ring[at] = 0;
        this.#changes[at] = 0;
        this.#store.remove(this.#saved[at] ?? 0);
        this.#saved[at] = 0;
      }
      at = next;
    } while (at !== owner);
    ring[kept] = owner - kept;
  }
}
