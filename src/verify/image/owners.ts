/**
 * Which functions share code. Functions have no extents here: all instructions that are reached without passing the
 * entry of another function belong to one owner, and functions whose paths meet are one owner.
 *
 * Of an owner is known how much of its stack arguments it reads and writes; jumping to the entry of another function
 * hands the argument area on. And how much detail its states have: all begin coarse, and begin anew in full detail
 * where that did not prove something.
 */
export interface ArgumentUse {
  /** Bytes of the argument area, from its start. */
  readonly read: number;
  readonly written: number;
}

/** `stale`: to begin anew in full detail. */
export const DETAIL = { coarse: 0, stale: 1, full: 2 } as const;

/** Jumps through one call table. */
interface TableJumps {
  readonly slots: readonly number[];
  readonly from: Set<number>;
}

export class Owners {
  /** The distance to the parent, which is 0 for one that stands for itself. */
  readonly #up: Int32Array;
  readonly #read: Int32Array;
  readonly #written: Int32Array;
  readonly #detail: Uint8Array;
  /** Entries that are jumped to, by the function that jumps; call tables likewise. */
  readonly #jumps = new Map<number, Set<number>>();
  readonly #tableJumps = new Map<number, TableJumps>();

  /** Owners are known by instruction numbers below `count`. */
  constructor(count: number) {
    this.#up = new Int32Array(count);
    this.#read = new Int32Array(count);
    this.#written = new Int32Array(count);
    this.#detail = new Uint8Array(count);
  }

  /** The owner that stands for an entry or an instruction. */
  find(node: number): number {
    const ups = this.#up;
    let at = node;
    for (let up = ups[at] ?? 0; up !== 0; up = ups[at] ?? 0) {
      // Every second one on the way gets the parent of its parent: no way stays long.
      up += ups[at + up] ?? 0;
      ups[at] = up;
      at += up;
    }
    return at;
  }

  /** Paths of the two meet. Where one was coarse and the other not, both begin anew. */
  unite(first: number, second: number): number {
    const a = this.find(first);
    const b = this.find(second);
    if (a === b) return a;
    this.#up[b] = a - b;
    raise(this.#read, a, this.#read[b] ?? 0);
    raise(this.#written, a, this.#written[b] ?? 0);
    if (this.#detail[a] !== this.#detail[b]) this.#detail[a] = DETAIL.stale;
    return a;
  }

  detail(owner: number): number {
    return this.#detail[this.find(owner)] ?? DETAIL.full;
  }

  setDetail(owner: number, detail: number): void {
    this.#detail[this.find(owner)] = detail;
  }

  use(owner: number, end: number, isWrite: boolean): void {
    raise(isWrite ? this.#written : this.#read, this.find(owner), end);
  }

  /** A jump from one function to the entry of another, at the end of the first. */
  jump(from: number, to: number): void {
    const known = this.#jumps.get(from);
    if (known === undefined) this.#jumps.set(from, new Set([to]));
    else known.add(to);
  }

  /** A jump to any slot of a call table. */
  jumpAll(from: number, table: number, slots: readonly number[]): void {
    const known = this.#tableJumps.get(table);
    if (known === undefined) this.#tableJumps.set(table, { slots, from: new Set([from]) });
    else known.from.add(from);
  }

  /** Hands uses on over jumps. */
  settle(): void {
    const jumps = this.#jumpsByTarget();
    handOn(this.#read, jumps);
    handOn(this.#written, jumps);
  }

  /** Owners by those that they jump to. A jump through a table goes to a node of that table, which goes to all slots. */
  #jumpsByTarget(): ReadonlyMap<number, readonly number[]> {
    const found = new Map<number, number[]>();
    const add = (from: number, to: number): void => {
      const known = found.get(to);
      if (known === undefined) found.set(to, [from]);
      else known.push(from);
    };
    for (const [from, entries] of this.#jumps) {
      for (const entry of entries) add(this.find(from), this.find(entry));
    }
    for (const [table, { slots, from }] of this.#tableJumps) {
      const node = -1 - table;
      for (const slot of slots) add(node, this.find(slot));
      for (const jump of from) add(this.find(jump), node);
    }
    return found;
  }

  usedBy(entry: number): ArgumentUse {
    const owner = this.find(entry);
    const written = this.#written[owner] ?? 0;
    return { read: Math.max(this.#read[owner] ?? 0, written), written };
  }
}

function raise(uses: Int32Array, owner: number, end: number): boolean {
  if (end <= (uses[owner] ?? 0)) return false;
  uses[owner] = end;
  return true;
}

/** Gives each node the most that any has which it leads to. The largest go first, so that none is given twice. */
function handOn(uses: Int32Array, jumps: ReadonlyMap<number, readonly number[]>): void {
  const isDone = new Set<number>();
  const users = [...jumps.keys()].filter((node) => node >= 0 && (uses[node] ?? 0) > 0);
  users.sort((a, b) => (uses[b] ?? 0) - (uses[a] ?? 0));
  for (const user of users) {
    const end = uses[user] ?? 0;
    const left = [user];
    for (let node = left.pop(); node !== undefined; node = left.pop()) {
      if (isDone.has(node)) continue;
      isDone.add(node);
      if (node >= 0) raise(uses, node, end);
      for (const from of jumps.get(node) ?? []) left.push(from);
    }
  }
}
