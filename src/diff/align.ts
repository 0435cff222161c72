/** Pairs the items of two sequences that belong together, without crossing. */

/** Indices of the two items; each index occurs once at most, and both grow. */
export type Pair = readonly [old: number, fresh: number];

/** Beyond this many differences, occurrences are counted instead: time grows with the square of the differences. */
const MAXIMUM_DIFFERENCES = 2000;

/**
 * Pairs equal items along a longest common subsequence.
 *
 * @see E. W. Myers, "An O(ND) Difference Algorithm and Its Variations", Algorithmica 1 (1986)
 */
export function align(old: readonly string[], fresh: readonly string[]): Pair[] {
  const trace = shortestEdit(old, fresh);
  return trace === undefined ? inOrder(old, fresh) : backtrack(trace, old.length, fresh.length);
}

/** For each number of differences, the furthest item of `old` on each diagonal (`x - y`, shifted by that number). */
function shortestEdit(
  old: readonly string[],
  fresh: readonly string[],
): readonly Int32Array[] | undefined {
  const limit = Math.min(old.length + fresh.length, MAXIMUM_DIFFERENCES);
  const trace: Int32Array[] = [];
  let last = new Int32Array(1);
  for (let d = 0; d <= limit; d++) {
    const row = new Int32Array(2 * d + 1);
    for (let k = -d; k <= d; k += 2) {
      let x = d === 0 ? 0 : startOf(last, d, k);
      while (x < old.length && x - k < fresh.length && old[x] === fresh[x - k]) x++;
      row[k + d] = x;
      if (x >= old.length && x - k >= fresh.length) return [...trace, row];
    }
    trace.push(row);
    last = row;
  }
  return undefined;
}

/** Whether the path to diagonal `k` comes from the one above it: an item of `fresh` is added. */
function comesDown(last: Int32Array, d: number, k: number): boolean {
  return k === -d || (k !== d && at(last, d, k - 1) < at(last, d, k + 1));
}

function startOf(last: Int32Array, d: number, k: number): number {
  return comesDown(last, d, k) ? at(last, d, k + 1) : at(last, d, k - 1) + 1;
}

/** The entry of diagonal `k` in the row of `d - 1` differences. */
function at(last: Int32Array, d: number, k: number): number {
  return last[k + d - 1] ?? -1;
}

function backtrack(trace: readonly Int32Array[], oldLength: number, freshLength: number): Pair[] {
  const pairs: Pair[] = [];
  let x = oldLength;
  let y = freshLength;
  for (let d = trace.length - 1; d > 0; d--) {
    const last = trace[d - 1] ?? new Int32Array(1);
    const k = x - y;
    const start = startOf(last, d, k);
    while (x > start) pairs.push([--x, --y]);
    if (comesDown(last, d, k)) y--;
    else x--;
  }
  while (x > 0) pairs.push([--x, --y]);
  return pairs.reverse();
}

/** Pairs the occurrences of items that both have equally often, as far as the pairs do not cross. */
function inOrder(old: readonly string[], fresh: readonly string[]): Pair[] {
  const here = placesOf(old);
  const there = placesOf(fresh);
  const candidates: Pair[] = [];
  for (const [item, places] of here) {
    const others = there.get(item) ?? [];
    if (places.length !== others.length) continue;
    places.forEach((place, index) => candidates.push([place, others[index] ?? 0]));
  }
  return longestGrowing(candidates.sort(([a], [b]) => a - b));
}

function placesOf(items: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  items.forEach((item, index) => {
    const list = places.get(item);
    if (list === undefined) places.set(item, [index]);
    else list.push(index);
  });
  return places;
}

/** A longest subsequence of pairs, sorted by their first index, whose second indices grow. */
function longestGrowing(pairs: readonly Pair[]): Pair[] {
  /** For each length, the chain of that length whose last second index is smallest. */
  const ends: Chain[] = [];
  for (const pair of pairs) {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((ends[middle]?.pair[1] ?? 0) < pair[1]) low = middle + 1;
      else high = middle;
    }
    ends[low] = { pair, before: ends[low - 1] };
  }
  const longest: Pair[] = [];
  for (let chain = ends.at(-1); chain !== undefined; chain = chain.before) longest.push(chain.pair);
  return longest.reverse();
}

interface Chain {
  readonly pair: Pair;
  readonly before: Chain | undefined;
}

/** Aligns by the first key, then what is left between two pairs by the next one, and so on. */
export function alignBy<T>(
  old: readonly T[],
  fresh: readonly T[],
  keys: readonly ((item: T) => string)[],
): Pair[] {
  const [key, ...rest] = keys;
  if (key === undefined || old.length === 0 || fresh.length === 0) return [];
  const anchors = align(old.map(key), fresh.map(key));
  const pairs: Pair[] = [];
  let [x, y] = [0, 0];
  for (const [toX, toY] of [...anchors, [old.length, fresh.length] as const]) {
    for (const [a, b] of alignBy(old.slice(x, toX), fresh.slice(y, toY), rest)) {
      pairs.push([x + a, y + b]);
    }
    if (toX < old.length) pairs.push([toX, toY]);
    [x, y] = [toX + 1, toY + 1];
  }
  return pairs;
}
