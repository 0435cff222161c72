/**
 * What is known of eight-byte words of the frame. What is stored in other sizes only makes the words that it touches
 * unknown.
 */
import type { Lists } from './lists.js';
import { Records } from './records.js';
import { type AlignedFrames, isNumber, VALUE } from './values.js';

/** Kind of the address, offset, kind of the value, payload. */
const SLOT = 4;
const SIZE = 8;
const MAX_SLOTS = 200;

export class Slots extends Records {
  readonly #frames: AlignedFrames;

  constructor(frames: AlignedFrames, lists: Lists) {
    super(lists, SLOT, MAX_SLOTS);
    this.#frames = frames;
  }

  /** Place of the slot at exactly this address, or -1. */
  find(base: number, offset: number): number {
    const data = this.data;
    for (let at = 0; at < this.end; at += SLOT) {
      if (data[at + 1] === offset && data[at] === base) return at;
    }
    return -1;
  }

  /** Kind and payload of the value in the slot at a place that {@link find} gave. */
  kind(place: number): number {
    return this.data[place + 2] ?? VALUE.unknown;
  }

  payload(place: number): number {
    return this.data[place + 3] ?? 0;
  }

  /** Records a store, of which the old contents were forgotten before; any slot may be left out. */
  store(base: number, offset: number, kind: number, payload: number): void {
    if (this.isFull) return;
    const data = this.data;
    data[this.end] = base;
    data[this.end + 1] = offset;
    data[this.end + 2] = kind;
    data[this.end + 3] = payload;
    this.end += SLOT;
    this.change();
  }

  /** Forgets what a write of `size` bytes may touch. */
  forget(base: number, offset: number, size: number): void {
    const data = this.data;
    let end = 0;
    for (let at = 0; at < this.end; at += SLOT) {
      const slotBase = data[at] ?? 0;
      const slot = data[at + 1] ?? 0;
      const touches =
        slotBase === base
          ? slot < offset + size && offset < slot + SIZE
          : this.#mayOverlap(slotBase, slot, base, offset, size);
      if (touches) continue;
      this.keep(at, end);
      end += SLOT;
    }
    this.cut(end);
  }

  #mayOverlap(slotBase: number, slot: number, base: number, offset: number, size: number): boolean {
    const frames = this.#frames;
    return (
      frames.lowest(slotBase, slot) < frames.highest(base, offset) + size &&
      frames.lowest(base, offset) < frames.highest(slotBase, slot) + SIZE
    );
  }

  /** Forgets what a callee may overwrite: all below the stack pointer, and `size` bytes above it. */
  forgetBelow(base: number, offset: number, size: number): void {
    const data = this.data;
    const frames = this.#frames;
    let end = 0;
    for (let at = 0; at < this.end; at += SLOT) {
      const slotBase = data[at] ?? 0;
      const slot = data[at + 1] ?? 0;
      const stays =
        slotBase === base
          ? slot >= offset + size
          : frames.lowest(slotBase, slot) >= frames.highest(base, offset) + size;
      if (!stays) continue;
      this.keep(at, end);
      end += SLOT;
    }
    this.cut(end);
  }

  /** Forgets values of this name. */
  dropName(name: number): void {
    const data = this.data;
    let end = 0;
    for (let at = 0; at < this.end; at += SLOT) {
      if (data[at + 3] === name && isNumber(data[at + 2] ?? VALUE.unknown)) continue;
      this.keep(at, end);
      end += SLOT;
    }
    this.cut(end);
  }

  hasName(name: number): boolean {
    const data = this.data;
    for (let at = 0; at < this.end; at += SLOT) {
      if (data[at + 3] === name && isNumber(data[at + 2] ?? VALUE.unknown)) return true;
    }
    return false;
  }

  // Joining

  /** Whether all that a list says is said here too. */
  covers(list: number): boolean {
    if (this.isList(list)) return true;
    const lists = this.lists;
    const length = lists.length(list);
    if (length > this.end) return false;
    let guess = 0;
    for (let at = 0; at < length; at += SLOT) {
      const found = this.#findSame(
        guess,
        lists.at(list, at),
        lists.at(list, at + 1),
        lists.at(list, at + 2),
        lists.at(list, at + 3),
      );
      if (found < 0) return false;
      guess = found + SLOT;
    }
    return true;
  }

  /** Keeps what `other` says too. */
  intersect(other: Slots): void {
    if (this.isSharedWith(other)) return;
    const data = this.data;
    let guess = 0;
    let end = 0;
    for (let at = 0; at < this.end; at += SLOT) {
      const found = other.#findSame(
        guess,
        data[at] ?? 0,
        data[at + 1] ?? 0,
        data[at + 2] ?? 0,
        data[at + 3] ?? 0,
      );
      if (found < 0) continue;
      guess = found + SLOT;
      this.keep(at, end);
      end += SLOT;
    }
    this.cut(end);
  }

  /** Place of such a slot, or -1; it mostly stands behind the one that was found before. */
  #findSame(guess: number, base: number, offset: number, kind: number, payload: number): number {
    const data = this.data;
    const isThere = guess < this.end && data[guess + 1] === offset && data[guess] === base;
    const at = isThere ? guess : this.find(base, offset);
    return at >= 0 && data[at + 2] === kind && data[at + 3] === payload ? at : -1;
  }

  /** Of a join: whether nothing was lost against the list that it was joined with. */
  hasLengthOf(list: number): boolean {
    return this.lists.length(list) === this.end;
  }
}
