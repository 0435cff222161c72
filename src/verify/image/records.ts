/** Records of a few integers each, which many states share as one of the {@link Lists} while nobody changes them. */
import { EMPTY_LIST, type Lists } from './lists.js';

const CHANGED = -1;

export abstract class Records {
  protected readonly lists: Lists;
  protected readonly data: Int32Array;
  /** Integers in use. */
  protected end = 0;
  /** The list that has the same contents, or `CHANGED`. */
  #list = EMPTY_LIST;
  /** Integers in a record. */
  readonly #size: number;

  /** @param most how many records there may be */
  constructor(lists: Lists, size: number, most: number) {
    this.lists = lists;
    this.#size = size;
    this.data = new Int32Array(most * size);
  }

  get isFull(): boolean {
    return this.end === this.data.length;
  }

  /** Integers in use. */
  get size(): number {
    return this.end;
  }

  clear(): void {
    this.end = 0;
    this.#list = EMPTY_LIST;
  }

  load(list: number): void {
    if (list === this.#list) return;
    this.end = this.lists.read(list, this.data);
    this.#list = list;
  }

  save(): number {
    if (this.#list === CHANGED) this.#list = this.lists.add(this.data, this.end);
    return this.#list;
  }

  copy(other: this): void {
    if (this.isSharedWith(other)) return;
    const data = this.data;
    for (let at = 0; at < other.end; at++) data[at] = other.data[at] ?? 0;
    this.end = other.end;
    this.#list = other.#list;
  }

  /** The integers of all records. */
  contents(): Int32Array {
    return this.data.slice(0, this.end);
  }

  /** Whether the contents are known to be those of this list. */
  protected isList(list: number): boolean {
    return list === this.#list;
  }

  /** Whether both are known to be one list. */
  protected isSharedWith(other: Records): boolean {
    return this.#list !== CHANGED && this.#list === other.#list;
  }

  /** Must be called by whoever writes to the data. */
  protected change(): void {
    this.#list = CHANGED;
  }

  protected drop(place: number): void {
    const size = this.#size;
    this.data.copyWithin(place, place + size, this.end);
    this.end -= size;
    this.#list = CHANGED;
  }

  /** Moves a record to an earlier place, of those that stay; {@link cut} comes when all have moved. */
  protected keep(place: number, to: number): void {
    if (place === to) return;
    for (let field = 0; field < this.#size; field++) {
      this.data[to + field] = this.data[place + field] ?? 0;
    }
  }

  /** Forgets all from `end` on. */
  protected cut(end: number): void {
    if (end === this.end) return;
    this.end = end;
    this.#list = CHANGED;
  }
}
