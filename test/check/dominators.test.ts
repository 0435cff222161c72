/** Dominators against their definition: what cannot be reached once a node is taken away is dominated by it. */
import fc from 'fast-check';
import { immediateDominators, treeTimes } from '../../src/check/dominators.js';

type Edges = readonly (readonly number[])[];

function reachable(forward: Edges, without: number): Set<number> {
  const seen = new Set<number>();
  const stack = without === 0 ? [] : [0];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    if (seen.has(node) || node === without) continue;
    seen.add(node);
    stack.push(...(forward[node] ?? []));
  }
  return seen;
}

function backwardOf(forward: Edges): number[][] {
  const backward: number[][] = forward.map(() => []);
  for (const [from, targets] of forward.entries()) {
    for (const to of targets) backward[to]?.push(from);
  }
  return backward;
}

const graphs = fc
  .integer({ min: 1, max: 12 })
  .chain((size) =>
    fc.array(fc.array(fc.nat(size - 1), { maxLength: 4 }), { minLength: size, maxLength: size }),
  );

test('a node dominates what cannot be reached without it', () => {
  fc.assert(
    fc.property(graphs, (forward) => {
      const { entered, left } = treeTimes(immediateDominators(forward, backwardOf(forward)));
      const all = reachable(forward, -1);
      for (const [node] of forward.entries()) {
        expect((entered[node] ?? -1) >= 0).toBe(all.has(node));
        if (!all.has(node)) continue;
        const others = reachable(forward, node);
        for (const other of all) {
          const time = entered[other] ?? -1;
          const inside = time >= (entered[node] ?? -1) && time <= (left[node] ?? -1);
          expect(inside).toBe(!others.has(other));
        }
      }
    }),
    { numRuns: 2000, seed: 1 },
  );
});

test('a ladder of loops takes no longer than its edges', () => {
  const size = 200_000;
  const forward = Array.from({ length: size }, (_, at) =>
    at === 0 ? [1, size - 1] : [at === 1 ? size - 1 : at - 1, at === size - 1 ? 1 : at + 1],
  );
  const dominators = immediateDominators(forward, backwardOf(forward));
  expect(dominators.every((dominator) => dominator === 0)).toBe(true);
});
