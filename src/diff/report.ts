/** What a diff says, whatever its format: the pairs of files and the verdict. */
import {
  type Change,
  type ChangeKind,
  countChanges,
  type FunctionChanges,
  type ModuleChanges,
} from './compare.js';
import type { Location, Site } from './site.js';

/** A pair of files that were compared, or a file that only one side has. */
export interface FilePair {
  /** The name that messages show: the new file's, or that below both directories. */
  readonly name: string;
  readonly kind: 'both' | 'added' | 'removed';
  /** Undefined where there is nothing to compare with. */
  readonly changes: ModuleChanges | undefined;
}

/** The whole comparison. */
export interface DiffReport {
  readonly files: readonly FilePair[];
}

/** What `tme-box diff` can write. */
export const DIFF_FORMATS = ['text', 'json', 'sarif', 'github', 'html'] as const;
export type DiffFormat = (typeof DIFF_FORMATS)[number];

/** When a diff is a failure: exit code 1. */
export const FAIL_ON = ['lost', 'any', 'never'] as const;
export type FailOn = (typeof FAIL_ON)[number];

/** All functions that differ, of all files. */
export function changedFunctions({ files }: DiffReport): readonly FunctionChanges[] {
  return files
    .flatMap(({ changes }) => changes?.functions ?? [])
    .filter(({ kind }) => kind !== 'same');
}

/** Totals of all files. */
export function totals(report: DiffReport): Readonly<Record<ChangeKind, number>> {
  return countChanges(changedFunctions(report));
}

/** Whether the comparison fails. A file that is gone has lost its protection. */
export function fails(report: DiffReport, failOn: FailOn): boolean {
  if (failOn === 'never') return false;
  const unpaired = report.files.filter(({ kind }) => kind !== 'both');
  if (failOn === 'any') return unpaired.length > 0 || changedFunctions(report).length > 0;
  return totals(report).lost > 0 || unpaired.some(({ kind }) => kind === 'removed');
}

/** Where a change is, for people: of the new site, or the one that is gone; in the source where that is known, else in the IR. */
export function placeOf({ old, fresh }: Change, changes: ModuleChanges): Location | undefined {
  if (fresh !== undefined) return locate(fresh, changes.fresh);
  return old === undefined ? undefined : locate(old, changes.old);
}

function locate(site: Site, { source }: ModuleChanges['old']): Location {
  if (site.origin !== undefined) return site.origin;
  const { line, column } = source.position(site.offset);
  return { file: source.path, line, column };
}

/** A place as compilers write it; empty where there is none. */
export function spell(place: Location | undefined): string {
  return place === undefined ? '' : `${place.file}:${place.line}:${place.column}`;
}

/** What happened to a site, in words. */
export function describe({ kind, action, old, fresh }: Change): string {
  const before = old === undefined ? '' : PHRASES[old.protection];
  const after = fresh === undefined ? '' : PHRASES[fresh.protection];
  if (old === undefined)
    return kind === 'lost' ? `new ${action}, ${after}` : `${action}: new, ${after}`;
  if (fresh === undefined) return `${action}: gone, was ${before}`;
  return `${action}: ${after}, was ${before}`;
}

const PHRASES: Readonly<Record<Site['protection'], string>> = {
  none: 'not confined',
  unmasked: 'through GS without a mask',
  stack: 'a local object in the native frame',
  window: 'confined to the window',
  table: 'through the call table',
  direct: 'direct',
};
