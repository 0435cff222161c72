/** R9 and R10: calls, the functions that they make of their targets, and what those write of their arguments. */
import { GPR } from './iced.js';
import type { Places } from './places.js';
import type { Tables } from './tables.js';
import { isStackAddress } from './values.js';

/** Argument bytes that functions write, by the entry's instruction; missing ones write none. */
export type ArgumentWrites = ReadonlyMap<number, number>;

export class Calls {
  readonly #places: Places;
  readonly #tables: Tables;
  /** What was found in the round before, which callers were told. */
  readonly #writes: ArgumentWrites;
  readonly #mostWritten: number;
  readonly #called = new Set<number>();
  /** Argument bytes written by the functions of a call table, by its number. */
  readonly #tableWrites = new Map<number, number>();

  constructor(places: Places, tables: Tables, writes: ArgumentWrites) {
    this.#places = places;
    this.#tables = tables;
    this.#writes = writes;
    let most = 0;
    for (const written of writes.values()) most = Math.max(most, written);
    this.#mostWritten = most;
  }

  /** Makes a function of what is called; the bytes of arguments that it writes. */
  enter(target: number): number {
    this.#called.add(target);
    this.#places.addEntry(target);
    return this.#writes.get(target) ?? 0;
  }

  /** The same for the slots of a call table. */
  enterTable(table: number): number {
    const known = this.#tableWrites.get(table);
    if (known !== undefined) return known;
    const slots = this.#tables.callTable(table)?.slots ?? [];
    const written = slots.reduce((most, slot) => Math.max(most, this.enter(slot)), 0);
    this.#tableWrites.set(table, written);
    return written;
  }

  /** What a call writes that may go to any function. */
  get mostWritten(): number {
    return this.#mostWritten;
  }

  /** What is wrong with a call, in the current state, of functions that write so many bytes of their arguments. */
  problem(written: number): string | undefined {
    if (written === 0 || !(this.#places.state.highestPointer() + written > 0)) return undefined;
    return `the callee writes ${written} bytes of stack arguments, and the frame has no room for them`;
  }

  /** The call returns, with the preserved registers and the frame as they were. */
  return(written: number): void {
    const { state } = this.#places;
    state.forgetCallerSaved();
    const base = state.kind(GPR.rsp);
    if (isStackAddress(base)) state.slots.forgetBelow(base, state.payload(GPR.rsp), written);
  }

  /** Argument bytes that functions which are called write. */
  argumentWrites(): ArgumentWrites {
    const found = new Map<number, number>();
    for (const entry of this.#called) {
      const { written } = this.#places.owners.usedBy(entry);
      if (written > 0) found.set(entry, written);
    }
    return found;
  }
}
