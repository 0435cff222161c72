/** The graph of a body's blocks: who branches to whom, what can be reached, what lies on every way. */
import { successors } from '../ir/index.js';
import type { Block, FunctionBody } from '../ir/index.js';

export class ControlFlow {
  readonly blocks: readonly Block[];
  /** By the index of a block, its predecessors, each as often as it branches there. */
  readonly predecessors: readonly (readonly number[])[];
  readonly #indices = new Map<string, number>();
  readonly #order: readonly number[];
  /** The position of each reachable block in {@link #order}; -1 of those that no way leads to. */
  readonly #position: Int32Array;
  readonly #dominator: Int32Array;

  constructor({ blocks }: FunctionBody) {
    this.blocks = blocks;
    for (const [at, { label }] of blocks.entries()) this.#indices.set(label, at);
    const forward = blocks.map(({ instructions }) =>
      instructions.flatMap((instruction) =>
        successors(instruction).flatMap((label) => this.index(label) ?? []),
      ),
    );
    const backward: number[][] = blocks.map(() => []);
    for (const [from, targets] of forward.entries()) {
      for (const to of targets) backward[to]?.push(from);
    }
    this.predecessors = backward;
    this.#order = reversePostorder(forward);
    this.#position = new Int32Array(blocks.length).fill(-1);
    for (const [position, at] of this.#order.entries()) this.#position[at] = position;
    this.#dominator = this.#findDominators();
  }

  index(label: string): number | undefined {
    return this.#indices.get(label);
  }

  isReachable(block: number): boolean {
    return (this.#position[block] ?? -1) >= 0;
  }

  /** Whether every way to a reachable block leads through another, or is it. */
  dominates(dominator: number, block: number): boolean {
    let current = block;
    while (this.#positionOf(current) > this.#positionOf(dominator)) {
      current = this.#dominator[current] ?? 0;
    }
    return current === dominator;
  }

  #positionOf(block: number): number {
    return this.#position[block] ?? -1;
  }

  /**
   * The closest dominator of each reachable block, by iteration over the blocks in reverse postorder.
   *
   * @see Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm"
   */
  #findDominators(): Int32Array {
    const found = new Int32Array(this.blocks.length).fill(-1);
    found[0] = 0;
    for (let changed = true; changed;) {
      changed = false;
      for (const block of this.#order.slice(1)) {
        const closest = this.#meetAll(found, this.predecessors[block] ?? []);
        if (closest === found[block]) continue;
        found[block] = closest;
        changed = true;
      }
    }
    return found;
  }

  #meetAll(found: Int32Array, blocks: readonly number[]): number {
    let closest = -1;
    for (const block of blocks) {
      if ((found[block] ?? -1) < 0) continue;
      closest = closest < 0 ? block : this.#meet(found, closest, block);
    }
    return closest;
  }

  #meet(found: Int32Array, left: number, right: number): number {
    let [one, other] = [left, right];
    while (one !== other) {
      while (this.#positionOf(one) > this.#positionOf(other)) one = found[one] ?? 0;
      while (this.#positionOf(other) > this.#positionOf(one)) other = found[other] ?? 0;
    }
    return one;
  }
}

/** The blocks that the first one leads to, each behind those that lead to it but for loops. */
function reversePostorder(forward: readonly (readonly number[])[]): number[] {
  const seen = new Uint8Array(forward.length);
  const order: number[] = [];
  const stack: { readonly block: number; next: number }[] = [];
  const enter = (block: number): void => {
    seen[block] = 1;
    stack.push({ block, next: 0 });
  };
  if (forward.length > 0) enter(0);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    const target = forward[top.block]?.[top.next++];
    if (target === undefined) {
      order.push(top.block);
      stack.pop();
    } else if (seen[target] === 0) enter(target);
  }
  return order.reverse();
}
