/** 64-bit sums that make code addresses: of a jump table and its entry, of the call table and a masked pointer. */
import type { Tables } from './tables.js';
import type { TransferEvents } from './transfer.js';
import { VALUE } from './values.js';

const WORD = 8;

export class AddressSums {
  readonly #tables: Tables;
  readonly #events: TransferEvents;
  /** The last sum; no object, as nearly all are unknown. */
  kind: number = VALUE.unknown;
  payload = 0;

  constructor(tables: Tables, events: TransferEvents) {
    this.#tables = tables;
    this.#events = events;
  }

  /** Adds two values, each given as kind and payload, for instruction `at`. */
  add(
    firstKind: number,
    firstPayload: number,
    secondKind: number,
    secondPayload: number,
    at: number,
  ): void {
    this.kind = VALUE.unknown;
    this.payload = 0;
    if (firstKind === VALUE.code) this.#addTo(firstPayload, secondKind, secondPayload, at);
    else if (secondKind === VALUE.code) this.#addTo(secondPayload, firstKind, firstPayload, at);
  }

  #addTo(base: number, kind: number, payload: number, at: number): void {
    if (kind === VALUE.tableEntry) {
      if (this.#tables.jumpTable(payload)?.start !== base) return;
      this.kind = VALUE.tableTarget;
      this.payload = payload;
      return;
    }
    if (kind !== VALUE.masked || payload <= 0 || payload % WORD !== 0) return;
    const found = this.#tables.findCallTable(base, payload);
    if (typeof found === 'string') this.#events.refuse(at, 'TBV0010', found);
    else {
      this.kind = VALUE.callee;
      this.payload = found;
    }
  }
}
