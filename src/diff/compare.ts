/** Compares the sites of two modules, function by function. */
import { alignBy, type Pair } from './align.js';
import { type FunctionSites, type Protection, type Site, strength } from './site.js';
import type { ModuleSites } from './sites.js';

/**
 * What became of a site.
 *
 * * `lost`: it is confined less than before, or it is new and open in a module that is instrumented
 * * `gained`: it is confined more than before
 * * `changed`: it is confined otherwise, as well as before
 * * `added`, `removed`: it has no counterpart
 */
export const CHANGE_KINDS = ['lost', 'gained', 'changed', 'added', 'removed'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

/** A site that differs. */
export interface Change {
  readonly kind: ChangeKind;
  readonly action: string;
  /** Undefined for an added site. */
  readonly old: Site | undefined;
  /** Undefined for a removed site. */
  readonly fresh: Site | undefined;
}

/** How many sites of a function, or of a module, are confined how. */
export type Counts = Readonly<Partial<Record<Protection, number>>>;

/** What differs in a function. */
export interface FunctionChanges {
  readonly name: string;
  /** `added` and `removed`: only one of the modules has it. */
  readonly kind: 'added' | 'removed' | 'changed' | 'same';
  readonly changes: readonly Change[];
  readonly old: Counts;
  readonly fresh: Counts;
}

/** What differs in a pair of modules. */
export interface ModuleChanges {
  readonly old: ModuleSites;
  readonly fresh: ModuleSites;
  /** Of every function, in the order of the new module; removed ones last. */
  readonly functions: readonly FunctionChanges[];
}

/** Compares two modules. Functions are matched by name, their sites by what they do, where, and in which order. */
export function compareModules(old: ModuleSites, fresh: ModuleSites): ModuleChanges {
  const functions = [...fresh.functions.values()].map((fn) =>
    compareFunctions(old.functions.get(fn.name), fn, old.instrumented),
  );
  const removed = [...old.functions.values()]
    .filter(({ name }) => !fresh.functions.has(name))
    .map((fn) => compareFunctions(fn, undefined, old.instrumented));
  return { old, fresh, functions: [...functions, ...removed] };
}

function compareFunctions(
  old: FunctionSites | undefined,
  fresh: FunctionSites | undefined,
  instrumented: boolean,
): FunctionChanges {
  const oldSites = old?.sites ?? [];
  const freshSites = fresh?.sites ?? [];
  const changes = compareSites(oldSites, freshSites, instrumented);
  const both = changes.length > 0 ? 'changed' : 'same';
  return {
    name: (fresh ?? old)?.name ?? '',
    kind: old === undefined ? 'added' : fresh === undefined ? 'removed' : both,
    changes,
    old: countProtections(oldSites),
    fresh: countProtections(freshSites),
  };
}

/** From the surest sign that two sites are one to the weakest. */
const KEYS: readonly ((site: Site) => string)[] = [
  (site) => `${placed(site)} ${site.protection}`,
  placed,
  ({ action }) => action,
];

function placed({ action, origin }: Site): string {
  return origin === undefined ? action : `${action} ${origin.file}:${origin.line}:${origin.column}`;
}

/** Which sites of two versions of a function are one: indices, both growing. */
export function pairSites(old: readonly Site[], fresh: readonly Site[]): readonly Pair[] {
  return alignBy(old, fresh, KEYS);
}

/** @param instrumented whether the old module was: then an open site that is new is a loss */
function compareSites(
  old: readonly Site[],
  fresh: readonly Site[],
  instrumented: boolean,
): readonly Change[] {
  const partner = new Map(pairSites(old, fresh).map(([x, y]) => [y, x]));
  const paired = new Set(partner.values());
  const changes: Change[] = [];
  fresh.forEach((site, index) => {
    const x = partner.get(index);
    const before = x === undefined ? undefined : old[x];
    const kind = before === undefined ? addition(site, instrumented) : difference(before, site);
    if (kind !== undefined) changes.push({ kind, action: site.action, old: before, fresh: site });
  });
  old.forEach((site, index) => {
    if (paired.has(index)) return;
    changes.push({ kind: 'removed', action: site.action, old: site, fresh: undefined });
  });
  return changes;
}

function addition(site: Site, instrumented: boolean): ChangeKind {
  const open = strength(site.protection) < strength('stack');
  return open && instrumented ? 'lost' : 'added';
}

function difference(old: Site, fresh: Site): ChangeKind | undefined {
  if (old.protection === fresh.protection) return undefined;
  const step = strength(fresh.protection) - strength(old.protection);
  return step < 0 ? 'lost' : step > 0 ? 'gained' : 'changed';
}

function countProtections(sites: readonly Site[]): Counts {
  const counts: Partial<Record<Protection, number>> = {};
  for (const { protection } of sites) counts[protection] = (counts[protection] ?? 0) + 1;
  return counts;
}

/** How many changes of each kind the functions have. */
export function countChanges(
  functions: readonly FunctionChanges[],
): Readonly<Record<ChangeKind, number>> {
  const counts = { lost: 0, gained: 0, changed: 0, added: 0, removed: 0 };
  for (const { changes } of functions) {
    for (const { kind } of changes) counts[kind] += 1;
  }
  return counts;
}
