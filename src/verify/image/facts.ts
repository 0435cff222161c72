/** Upper bounds of numbers. */
import type { Lists } from './lists.js';
import { Records } from './records.js';
import { NO_BOUND, VALUE } from './values.js';

/** Kind and name of a number, and the bound. */
const FACT = 3;
const MAX_FACTS = 32;

export class Facts extends Records {
  constructor(lists: Lists) {
    super(lists, FACT, MAX_FACTS);
  }

  /** The bound on record for exactly this part of the number; Infinity when there is none. */
  get(kind: number, name: number): number {
    const at = this.#find(kind, name);
    return at < 0 ? Infinity : (this.data[at + 2] ?? 0) >>> 0;
  }

  #find(kind: number, name: number): number {
    const data = this.data;
    for (let at = 0; at < this.end; at += FACT) {
      if (data[at + 1] === name && data[at] === kind) return at;
    }
    return -1;
  }

  /** Records a bound in place of the one that is known. Any fact may be forgotten: the oldest is asked for least. */
  set(kind: number, name: number, bound: number): void {
    const known = this.#find(kind, name);
    this.change();
    if (known >= 0) {
      this.data[known + 2] = bound;
      return;
    }
    if (this.isFull) this.drop(0);
    this.data[this.end] = kind;
    this.data[this.end + 1] = name;
    this.data[this.end + 2] = bound;
    this.end += FACT;
  }

  dropName(name: number): void {
    let end = 0;
    for (let at = 0; at < this.end; at += FACT) {
      if (this.data[at + 1] === name) continue;
      this.keep(at, end);
      end += FACT;
    }
    this.cut(end);
  }

  /** Forgets the numbers that stand nowhere any more. */
  dropUnused(isUsed: (name: number) => boolean): void {
    let end = 0;
    for (let at = 0; at < this.end; at += FACT) {
      if (!isUsed(this.data[at + 1] ?? 0)) continue;
      this.keep(at, end);
      end += FACT;
    }
    this.cut(end);
  }

  // Joining

  /** Whether all that a list says is true here too. */
  covers(list: number): boolean {
    if (this.isList(list)) return true;
    const lists = this.lists;
    const length = lists.length(list);
    for (let at = 0; at < length; at += FACT) {
      const bound = lists.at(list, at + 2) >>> 0;
      if (this.get(lists.at(list, at), lists.at(list, at + 1)) > bound) return false;
    }
    return true;
  }

  /**
   * Keeps what is true on both sides. Bounds that have grown are given up when `widen` says so, for the bound of
   * 32-bit values if that is one.
   */
  intersect(other: Facts, widen: boolean): void {
    const data = this.data;
    for (let at = 0; at < this.end;) {
      const kind = data[at] ?? 0;
      const name = data[at + 1] ?? 0;
      const known = other.get(kind, name);
      const bound = (data[at + 2] ?? 0) >>> 0;
      if (known === Infinity || (widen && known < bound && kind !== VALUE.number)) {
        this.drop(at);
        continue;
      }
      const joined = widen && known < bound ? NO_BOUND : Math.max(bound, known);
      if (joined !== bound) {
        data[at + 2] = joined;
        this.change();
      }
      at += FACT;
    }
  }

  /** Of a join: whether it is equal to the list that it was joined with. */
  equals(list: number): boolean {
    return this.lists.length(list) === this.end && this.covers(list) && this.#isWithin(list);
  }

  #isWithin(list: number): boolean {
    const lists = this.lists;
    for (let at = 0; at < this.end; at += FACT) {
      const known = this.get(lists.at(list, at), lists.at(list, at + 1));
      if (known !== lists.at(list, at + 2) >>> 0) return false;
    }
    return true;
  }
}
