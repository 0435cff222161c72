/** The report as the page holds it. */
import type { Fate, FunctionDetail, FunctionSummary, ReportIndex, UnitSummary } from '../data.js';
import { byId } from './dom.js';

/** A function and where it is in the report. */
export interface Entry extends FunctionSummary {
  /** Its own place: `unit.function`. */
  readonly key: string;
  readonly unit: number;
  readonly index: number;
}

/** The fates of accesses and calls, as people read them. */
export const FATE_WORDS: Readonly<Record<Fate, string>> = {
  confined: 'confined to the window',
  safe: 'proven safe',
  added: 'added by the passes, confined',
  table: 'through the call table',
  direct: 'direct calls',
  free: 'calls through pointers, not confined',
  refused: 'refused',
  open: 'not confined',
};

/** Where a function is defined, as compilers write it. */
export function placeOf({ file, line }: Entry): string {
  return line > 0 ? `${file}:${line}` : file;
}

/** How many sites of one fate. */
export function count({ fates }: Pick<FunctionSummary, 'fates'>, fate: Fate): number {
  return fates[fate] ?? 0;
}

/** Accesses of the program: not calls, and not what the passes added. */
export function accesses(entry: Pick<FunctionSummary, 'fates'>): number {
  return (
    count(entry, 'confined') + count(entry, 'safe') + count(entry, 'refused') + count(entry, 'open')
  );
}

export function readIndex(): ReportIndex {
  const value: unknown = JSON.parse(byId('index').textContent);
  if (!isIndex(value)) throw new Error('the report has no index');
  return value;
}

function isIndex(value: unknown): value is ReportIndex {
  return typeof value === 'object' && value !== null && 'units' in value;
}

export function entries(units: readonly UnitSummary[]): readonly Entry[] {
  return units.flatMap(({ functions }, unit) =>
    functions.map((fn, index) => ({ ...fn, key: `${unit}.${index}`, unit, index })),
  );
}

const loaded = new Map<number, Promise<readonly FunctionDetail[]>>();

/** The functions of a unit, which stand compressed in the page. */
export function details(unit: number): Promise<readonly FunctionDetail[]> {
  const known = loaded.get(unit) ?? load(unit);
  loaded.set(unit, known);
  return known;
}

async function load(unit: number): Promise<readonly FunctionDetail[]> {
  const bytes = Uint8Array.from(atob(byId(`unit-${unit}`).textContent), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  const value: unknown = JSON.parse(await new Response(stream).text());
  if (!isDetails(value)) throw new Error('the report has no such unit');
  return value;
}

function isDetails(value: unknown): value is readonly FunctionDetail[] {
  return Array.isArray(value);
}
