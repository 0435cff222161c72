/** The graph of a body's blocks: who branches to whom, what can be reached, what lies on every way. */
import { successors } from '../ir/index.js';
import type { Block, FunctionBody } from '../ir/index.js';
import { immediateDominators, treeTimes } from './dominators.js';

export class ControlFlow {
  readonly blocks: readonly Block[];
  /** By the index of a block, its predecessors, each as often as it branches there. */
  readonly predecessors: readonly (readonly number[])[];
  readonly #indices = new Map<string, number>();
  readonly #entered: Int32Array;
  readonly #left: Int32Array;

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
    const { entered, left } = treeTimes(immediateDominators(forward, backward));
    this.#entered = entered;
    this.#left = left;
  }

  index(label: string): number | undefined {
    return this.#indices.get(label);
  }

  isReachable(block: number): boolean {
    return (this.#entered[block] ?? -1) >= 0;
  }

  /** Whether every way to a reachable block leads through another, or is it. */
  dominates(dominator: number, block: number): boolean {
    const time = this.#entered[block] ?? -1;
    return time >= (this.#entered[dominator] ?? -1) && time <= (this.#left[dominator] ?? -1);
  }
}
