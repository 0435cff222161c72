/**
 * Which functions share code. Functions have no extents here: all instructions that are reached without passing the
 * entry of another function belong to one owner, and functions whose paths meet are one owner.
 *
 * Of an owner is known how much of its stack arguments it reads and writes; jumping to the entry of another function
 * hands the argument area on.
 */
export interface ArgumentUse {
  /** Bytes of the argument area, from its start. */
  readonly read: number;
  readonly written: number;
}

/** Above every instruction number: code has at most 64 MiB. */
const MAX_NODES = 2 ** 26;

export class Owners {
  readonly #parent = new Map<number, number>();
  readonly #read = new Map<number, number>();
  readonly #written = new Map<number, number>();
  readonly #jumps: (readonly [from: number, to: number])[] = [];
  readonly #knownJumps = new Set<number>();

  /** The owner that stands for an entry or an instruction. */
  find(node: number): number {
    let root = node;
    for (let up = this.#parent.get(root); up !== undefined; up = this.#parent.get(root)) root = up;
    if (root !== node) this.#parent.set(node, root);
    return root;
  }

  /** Paths of the two meet. */
  unite(first: number, second: number): number {
    const [a, b] = [this.find(first), this.find(second)];
    if (a === b) return a;
    this.#parent.set(b, a);
    this.#raise(this.#read, a, this.#read.get(b) ?? 0);
    this.#raise(this.#written, a, this.#written.get(b) ?? 0);
    return a;
  }

  use(owner: number, end: number, isWrite: boolean): void {
    this.#raise(isWrite ? this.#written : this.#read, this.find(owner), end);
  }

  /** A jump from one function to the entry of another, at the end of the first. */
  jump(from: number, to: number): void {
    const key = from * MAX_NODES + to;
    if (this.#knownJumps.has(key)) return;
    this.#knownJumps.add(key);
    this.#jumps.push([from, to]);
  }

  /** A jump to any slot of a call table. */
  jumpAll(from: number, table: number, slots: readonly number[]): void {
    const key = -(from * MAX_NODES + table) - 1;
    if (this.#knownJumps.has(key)) return;
    this.#knownJumps.add(key);
    for (const slot of slots) this.jump(from, slot);
  }

  /** Hands uses on over jumps until nothing changes. */
  settle(): void {
    for (let changed = true; changed;) {
      changed = false;
      for (const [from, to] of this.#jumps) {
        const { read, written } = this.usedBy(to);
        const owner = this.find(from);
        if (this.#raise(this.#read, owner, read)) changed = true;
        if (this.#raise(this.#written, owner, written)) changed = true;
      }
    }
  }

  usedBy(entry: number): ArgumentUse {
    const owner = this.find(entry);
    const written = this.#written.get(owner) ?? 0;
    return { read: Math.max(this.#read.get(owner) ?? 0, written), written };
  }

  #raise(uses: Map<number, number>, owner: number, end: number): boolean {
    if (end <= (uses.get(owner) ?? 0)) return false;
    uses.set(owner, end);
    return true;
  }
}
