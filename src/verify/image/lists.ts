/** Lists of integers that many states share: a list is written once, and known by its place. */
import { grown } from './grown.js';

/** The list without elements. */
export const EMPTY_LIST = 0;

const RECENT = 4096;

export class Lists {
  /** Each list is its length and its elements; the empty one stands first. */
  #data: Int32Array;
  #used = 1;
  /** Lists by hash, the latest of each; equal ones found here are not written again. */
  readonly #recent = new Int32Array(RECENT);

  /** @param expected how many integers all lists will have, more or less */
  constructor(expected: number) {
    this.#data = new Int32Array(expected + 1);
  }

  /** Integers in use. */
  get size(): number {
    return this.#used;
  }

  /** The number of integers in a list. */
  length(list: number): number {
    return this.#data[list] ?? 0;
  }

  /** The integer at `index`. */
  at(list: number, index: number): number {
    return this.#data[list + 1 + index] ?? 0;
  }

  /** Copies a list to the start of `to`; its length. */
  read(list: number, to: Int32Array): number {
    const length = this.length(list);
    for (let at = 0; at < length; at++) to[at] = this.#data[list + 1 + at] ?? 0;
    return length;
  }

  /** Keeps the first `length` integers of `from`. */
  add(from: Int32Array, length: number): number {
    if (length === 0) return EMPTY_LIST;
    let hash = length;
    for (let at = 0; at < length; at++) hash = (Math.imul(hash, 31) + (from[at] ?? 0)) | 0;
    const place = (hash ^ (hash >>> 12)) & (RECENT - 1);
    const known = this.#recent[place] ?? EMPTY_LIST;
    if (this.#equals(known, from, length)) return known;
    const list = this.#used;
    this.#reserve(length + 1);
    this.#data[list] = length;
    for (let at = 0; at < length; at++) this.#data[list + 1 + at] = from[at] ?? 0;
    this.#recent[place] = list;
    return list;
  }

  #equals(list: number, from: Int32Array, length: number): boolean {
    if (this.length(list) !== length) return false;
    for (let at = 0; at < length; at++) {
      if (this.#data[list + 1 + at] !== from[at]) return false;
    }
    return true;
  }

  #reserve(size: number): void {
    if (this.#used + size > this.#data.length) {
      this.#data = grown(this.#data, Int32Array, this.#data.length * 2 + size);
    }
    this.#used += size;
  }
}
