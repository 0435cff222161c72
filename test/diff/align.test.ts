import fc from 'fast-check';
import { align, alignBy, type Pair } from '../../src/diff/align.js';

/** The length of a longest common subsequence, by the table that everybody knows. */
function longest(old: readonly string[], fresh: readonly string[]): number {
  let row = fresh.map(() => 0);
  for (const item of old) {
    const next: number[] = [];
    fresh.forEach((other, y) => {
      const diagonal = y === 0 ? 0 : (row[y - 1] ?? 0);
      const best = Math.max(row[y] ?? 0, next[y - 1] ?? 0);
      next.push(item === other ? diagonal + 1 : best);
    });
    row = next;
  }
  return row.at(-1) ?? 0;
}

function expectGrowing(pairs: readonly Pair[]): void {
  pairs.slice(1).forEach(([x, y], index) => {
    const before = pairs[index];
    expect(x).toBeGreaterThan(before?.[0] ?? -1);
    expect(y).toBeGreaterThan(before?.[1] ?? -1);
  });
}

const items = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 40 });

test('pairs are equal items, do not cross, and are as many as there can be', () => {
  fc.assert(
    fc.property(items, items, (old, fresh) => {
      const pairs = align(old, fresh);
      expectGrowing(pairs);
      pairs.forEach(([x, y]) => {
        expect(old[x]).toBe(fresh[y]);
      });
      expect(pairs).toHaveLength(longest(old, fresh));
    }),
    { seed: 1, numRuns: 500 },
  );
});

test('sequences without anything in common are given up in time, and what both have is still found', () => {
  const old = Array.from({ length: 50_000 }, (_, index) => `old ${index}`);
  const fresh = Array.from({ length: 50_000 }, (_, index) => `new ${index}`);
  old[20_000] = fresh[30_000] = 'shared';
  expect(align(old, fresh)).toEqual([[20_000, 30_000]]);
});

test('what the first key leaves is paired by the next, between the pairs of the first', () => {
  const old = ['x1', 'a1', 'b1', 'a2'];
  const fresh = ['a9', 'b1', 'x1', 'a3'];
  const keys = [(item: string) => item, (item: string) => item.charAt(0)];
  const pairs = alignBy(old, fresh, keys);
  expectGrowing(pairs);
  expect(pairs).toEqual([
    [1, 0],
    [2, 1],
    [3, 3],
  ]);
});
