/**
 * Encodings by the bytes that make them: all of an instruction in front of its displacement and immediate. What a
 * processor makes of an instruction, but for these numbers, depends on nothing behind those bytes; so they are given to
 * the decoder once, and found here ever after.
 */
import { grown } from './grown.js';

/** Nodes have an element for each next byte: 0, or a node, or `-encoding`. Both fit in 16 bits. */
const FANOUT = 256;
/** As many as large programs need; memory that is not written costs nothing. */
const ROOM = 1 << 13;
/** What is not learnt is decoded again and again: slower, that is all. */
const MAX_NODES = 1 << 14;
const MAX_ENCODING = 1 << 15;

export class EncodingTree {
  #nodes = new Int16Array(ROOM * FANOUT);
  /** The first one is the root. */
  #count = 1;

  /** The encoding of the instruction at `offset`, or 0; the array must go on behind the end of the code. */
  find(bytes: Uint8Array, offset: number): number {
    const nodes = this.#nodes;
    let at = offset;
    let next = nodes[bytes[at] ?? 0] ?? 0;
    while (next > 0) next = nodes[next * FANOUT + (bytes[++at] ?? 0)] ?? 0;
    return -next;
  }

  /**
   * Makes `encoding` the one of the `length` bytes at `offset`, and of those with another one of `lasts` in place of the
   * last.
   */
  learn(
    bytes: Uint8Array,
    offset: number,
    length: number,
    encoding: number,
    lasts: readonly number[],
  ): void {
    if (this.#count + length > MAX_NODES || encoding > MAX_ENCODING) return;
    let node = 0;
    for (let at = offset; at < offset + length - 1; at++) {
      const place = node * FANOUT + (bytes[at] ?? 0);
      const next = this.#nodes[place] ?? 0;
      // No encoding begins with the bytes of another one.
      if (next < 0) return;
      node = next > 0 ? next : this.#add(place);
    }
    this.#enter(node * FANOUT + (bytes[offset + length - 1] ?? 0), encoding);
    for (const last of lasts) this.#enter(node * FANOUT + last, encoding);
  }

  #enter(place: number, encoding: number): void {
    if (this.#nodes[place] === 0) this.#nodes[place] = -encoding;
  }

  #add(place: number): number {
    const node = this.#count++;
    if (this.#count * FANOUT > this.#nodes.length) this.#nodes = grown(this.#nodes, Int16Array);
    this.#nodes[place] = node;
    return node;
  }
}
