/**
 * Dominators in almost linear time, whatever the graph.
 *
 * @see Lengauer, Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph", the simple version
 */

/** Neighbours of each node, by its number. */
type Edges = readonly (readonly number[])[];

/** By node, the closest one that lies on every way to it from node 0; node 0 itself, and -1 where no way leads. */
export function immediateDominators(forward: Edges, backward: Edges): Int32Array {
  return new Search(forward, backward).run();
}

/** All arrays but the result speak of positions: the order in which a depth-first walk finds the nodes. */
class Search {
  readonly #backward: Edges;
  /** By node; -1 for one that no way leads to. */
  readonly #position: Int32Array;
  readonly #node: number[] = [];
  readonly #parent: number[] = [];
  readonly #semi: Int32Array;
  readonly #dominator: Int32Array;
  /** The forest of what was looked at: ancestors, shortened as they are asked for, and the least on the way there. */
  readonly #ancestor: Int32Array;
  readonly #least: Int32Array;

  constructor(forward: Edges, backward: Edges) {
    this.#backward = backward;
    this.#position = new Int32Array(forward.length).fill(-1);
    this.#walk(forward);
    const count = this.#node.length;
    this.#semi = Int32Array.from({ length: count }, (_, at) => at);
    this.#least = this.#semi.slice();
    this.#dominator = new Int32Array(count);
    this.#ancestor = new Int32Array(count).fill(-1);
  }

  #walk(forward: Edges): void {
    const stack: { readonly at: number; readonly targets: readonly number[]; next: number }[] = [];
    const enter = (node: number, parent: number): void => {
      const at = this.#node.push(node) - 1;
      this.#position[node] = at;
      this.#parent.push(parent);
      stack.push({ at, targets: forward[node] ?? [], next: 0 });
    };
    if (forward.length > 0) enter(0, 0);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const target = top.targets[top.next++];
      if (target === undefined) stack.pop();
      else if (this.#position[target] === -1) enter(target, top.at);
    }
  }

  run(): Int32Array {
    const waiting: number[][] = this.#node.map(() => []);
    for (let at = this.#node.length - 1; at > 0; at--) {
      this.#findSemidominator(at);
      waiting[of(this.#semi, at)]?.push(at);
      const parent = this.#parent[at] ?? 0;
      this.#ancestor[at] = parent;
      for (const other of waiting[parent] ?? []) {
        const least = this.#evaluate(other);
        this.#dominator[other] = of(this.#semi, least) < of(this.#semi, other) ? least : parent;
      }
      waiting[parent] = [];
    }
    return this.#name();
  }

  #findSemidominator(at: number): void {
    for (const from of this.#backward[this.#node[at] ?? 0] ?? []) {
      const position = of(this.#position, from);
      if (position < 0) continue;
      const found = of(this.#semi, this.#evaluate(position));
      if (found < of(this.#semi, at)) this.#semi[at] = found;
    }
  }

  /** The node of the least semidominator on the way from a root of the forest; the way is shortened. */
  #evaluate(at: number): number {
    if (of(this.#ancestor, at) < 0) return at;
    const way: number[] = [];
    let top = at;
    for (; of(this.#ancestor, of(this.#ancestor, top)) >= 0; top = of(this.#ancestor, top)) {
      way.push(top);
    }
    for (let node = way.pop(); node !== undefined; node = way.pop()) {
      const above = of(this.#ancestor, node);
      if (of(this.#semi, of(this.#least, above)) < of(this.#semi, of(this.#least, node))) {
        this.#least[node] = of(this.#least, above);
      }
      this.#ancestor[node] = of(this.#ancestor, above);
    }
    return of(this.#least, at);
  }

  /** The dominators, which follow from those of earlier nodes, as nodes. */
  #name(): Int32Array {
    const named = new Int32Array(this.#position.length).fill(-1);
    for (const [at, node] of this.#node.entries()) {
      const found = of(this.#dominator, at);
      if (at > 0 && found !== of(this.#semi, at)) {
        this.#dominator[at] = of(this.#dominator, found);
      }
      named[node] = this.#node[of(this.#dominator, at)] ?? 0;
    }
    return named;
  }
}

function of(array: Int32Array, at: number): number {
  return array[at] ?? 0;
}

/**
 * When a walk down the tree of dominators enters and leaves each node, so that one dominates another if its time holds
 * the other's; -1 where no way leads.
 */
export function treeTimes(dominator: Int32Array): {
  readonly entered: Int32Array;
  readonly left: Int32Array;
} {
  const entered = new Int32Array(dominator.length).fill(-1);
  const left = new Int32Array(dominator.length).fill(-1);
  const children: number[][] = Array.from(dominator, () => []);
  for (const [node, parent] of dominator.entries()) if (node > 0) children[parent]?.push(node);
  let time = 0;
  const stack: number[] = dominator.length > 0 ? [0] : [];
  for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
    if (of(entered, node) < 0) entered[node] = time++;
    const child = children[node]?.pop();
    if (child !== undefined) stack.push(child);
    else {
      left[node] = time++;
      stack.pop();
    }
  }
  return { entered, left };
}
