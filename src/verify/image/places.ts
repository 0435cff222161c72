/**
 * The states of all places that branches lead to, and where there is news. Nothing here knows instructions: analysis.ts
 * moves the state along, and says where it arrives.
 */
import type { Code } from './code.js';
import { Lists } from './lists.js';
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

/** What became of a state that reached a place. */
export type Arrival = Joined | 'unsettled' | 'stale';

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
  /** The instructions that are places or were; some perhaps more than once. */
  readonly #known: number[] = [];
  readonly #owner: Int32Array;
  readonly #changes: Uint16Array;
  /** A bit for each instruction. */
  readonly #news: Int32Array;
  readonly #isEntry: Uint8Array;
  #pending = 0;
  /** Word of the news where the next pass has to begin. */
  #lowest = 0;
  #hasStale = false;
  #currentOwner = 0;
  #entryCount = 0;

  /**
   * `coarse` is the detail that functions begin with. `refuseEntry` is called for functions that paths run into in
   * another state than their callers.
   */
  constructor(code: Code, coarse: Detail, refuseEntry: (at: number) => void) {
    const lists = new Lists(Math.ceil(code.count * LIST_INTEGERS));
    this.#lists = lists;
    this.#code = code;
    this.#coarse = coarse;
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
    this.#news = new Int32Array((code.count >>> 5) + 1);
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
    return this.#pending > 0 || this.#hasStale;
  }

  hasNews(at: number): boolean {
    return (((this.#news[at >>> 5] ?? 0) >>> (at & 31)) & 1) === 1;
  }

  /** Whether paths come to this instruction otherwise than from the one before. */
  isPlace(at: number): boolean {
    return this.#saved[at] !== 0;
  }

  /** Whether a function may be entered in the state that is kept for a place. */
  meetsContract(at: number): boolean {
    this.#store.load(this.#saved[at] ?? 0, this.#scratch);
    return this.#scratch.meetsContract();
  }

  /** From now on paths with the state of a function's entry come in here, too. */
  addEntry(at: number): void {
    if (this.#isEntry[at] === 1) return;
    this.#isEntry[at] = 1;
    this.#entryCount++;
    if (this.#owner[at] === -1) this.#owner[at] = at;
    const owner = this.owners.unite(this.#owner[at] ?? at, at);
    // Paths may have come in before this was known to be an entry: they had to meet the contract.
    const isMixed = this.isPlace(at) && !this.meetsContract(at);
    if (isMixed && this.owners.detail(owner) === DETAIL.full) this.#refuseEntry(at);
    else if (isMixed) this.owners.setDetail(owner, DETAIL.stale);
    if (this.owners.detail(owner) === DETAIL.stale) this.#hasStale = true;
    this.#enter(at);
  }

  #enter(at: number): void {
    const saved = this.#saved[at] ?? 0;
    if (saved === 0) this.#add(at, this.#entered);
    else this.#store.put(saved, this.#entered);
    this.#setNews(at);
  }

  #add(at: number, state: State): void {
    this.#saved[at] = this.#store.add(state);
    this.#known.push(at);
  }

  #setNews(at: number): void {
    if (this.hasNews(at)) return;
    const word = at >>> 5;
    this.#news[word] = (this.#news[word] ?? 0) | (1 << (at & 31));
    this.#pending++;
    if (word < this.#lowest) this.#lowest = word;
  }

  /** The state reaches a place that is no entry. */
  arrive(to: number): Arrival {
    const saved = this.#saved[to] ?? 0;
    if (saved === 0) {
      this.#add(to, this.state);
      this.#owner[to] = this.#currentOwner;
      this.#setNews(to);
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
    this.#setNews(to);
    return 'changed';
  }

  /** The current function and the one that the place is in share code; true when both have to begin anew. */
  #unite(to: number): boolean {
    const owner = this.#owner[to] ?? to;
    if (owner === this.#currentOwner) return false;
    this.#currentOwner = this.owners.unite(owner, this.#currentOwner);
    this.#owner[to] = this.#currentOwner;
    if (this.owners.detail(this.#currentOwner) !== DETAIL.stale) return false;
    this.#hasStale = true;
    return true;
  }

  /** Makes the state of a place the current one, which is no news any more; false when its function begins anew. */
  take(at: number): boolean {
    if (this.hasNews(at)) {
      this.#news[at >>> 5] = (this.#news[at >>> 5] ?? 0) & ~(1 << (at & 31));
      this.#pending--;
    }
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
    this.#hasStale = true;
    return false;
  }

  /** Calls `follow` for all places with news, in passes in the order of addresses, until there are none. */
  settle(follow: (at: number) => void): void {
    do {
      while (this.#pending > 0) {
        const from = this.#lowest;
        this.#lowest = this.#news.length;
        for (let word = from; word < this.#news.length && this.#pending > 0; word++) {
          if (this.#news[word] !== 0) this.#followWord(word, follow);
        }
      }
    } while (this.#beginAnew());
  }

  /** Follows the news of 32 instructions, of which some may come up on the way. */
  #followWord(word: number, follow: (at: number) => void): void {
    for (let done = 0; ;) {
      const left = (this.#news[word] ?? 0) & ~done;
      if (left === 0) return;
      const bit = 31 - Math.clz32(left & -left);
      // All up to this bit: what comes up below it is for the next pass.
      done = bit === 31 ? -1 : (2 << bit) - 1;
      follow(word * 32 + bit);
    }
  }

  /** Forgets the states of stale functions but those of their entries; false when there are none. */
  #beginAnew(): boolean {
    if (!this.#hasStale) return false;
    this.#hasStale = false;
    const { owners } = this;
    const stale = this.#known.filter(
      (at) => this.isPlace(at) && owners.detail(this.#owner[at] ?? at) === DETAIL.stale,
    );
    for (const at of stale) {
      this.#changes[at] = 0;
      owners.setDetail(this.#owner[at] ?? at, DETAIL.full);
      if (this.#isEntry[at] === 1) this.#enter(at);
      else this.#saved[at] = 0;
    }
    return true;
  }
}
