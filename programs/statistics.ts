/** Sums over the units of a build. */
export interface AccessTotals {
  readonly seen: number;
  readonly confined: number;
  readonly safe: number;
}

const NOTHING: AccessTotals = { seen: 0, confined: 0, safe: 0 };

/** Adds up the accesses of every line of a file that `-ftbx-stats=FILE` wrote: one JSON object a compiled unit. */
export function addAccesses(lines: string): AccessTotals {
  return lines
    .split('\n')
    .filter((line) => line !== '')
    .flatMap((line) => accessCounts(JSON.parse(line)))
    .reduce(add, NOTHING);
}

function add(a: AccessTotals, b: AccessTotals): AccessTotals {
  return { seen: a.seen + b.seen, confined: a.confined + b.confined, safe: a.safe + b.safe };
}

function accessCounts(unit: unknown): readonly AccessTotals[] {
  if (typeof unit !== 'object' || unit === null || !('accesses' in unit)) return [];
  const { accesses } = unit;
  return typeof accesses === 'object' && accesses !== null
    ? Object.values(accesses).flatMap(accessCount)
    : [];
}

function accessCount(value: unknown): readonly AccessTotals[] {
  const isCount =
    typeof value === 'object' &&
    value !== null &&
    'seen' in value &&
    'confined' in value &&
    'safe' in value;
  return isCount
    ? [{ seen: Number(value.seen), confined: Number(value.confined), safe: Number(value.safe) }]
    : [];
}
