/** For terminals and logs. */
import {
  type Change,
  type ChangeKind,
  type Counts,
  type FunctionChanges,
  type ModuleChanges,
} from '../compare.js';
import { type DiffReport, describe, type FilePair, placeOf, spell, totals } from '../report.js';
import { printable } from '../../text/printable.js';
import { PROTECTIONS } from '../site.js';

/** How much the text shows. */
export interface TextOptions {
  readonly color: boolean;
  /** Also each site that was added or removed, and functions that are only counted otherwise. */
  readonly verbose: boolean;
}

const COLORS: Readonly<Record<ChangeKind, string>> = {
  lost: '31',
  gained: '32',
  changed: '33',
  added: '36',
  removed: '35',
};

/** The report as lines, each ended by a newline. */
export function formatText(report: DiffReport, options: TextOptions): string {
  const blocks = report.files.flatMap((file) => fileBlocks(file, report.files.length > 1, options));
  return [...blocks, `${summary(report)}\n`].join('');
}

function fileBlocks(file: FilePair, named: boolean, options: TextOptions): string[] {
  if (file.kind !== 'both') return [`${printable(file.name)}: ${file.kind}\n`];
  const { changes } = file;
  if (changes === undefined) return [];
  const blocks = changes.functions
    .filter(({ kind }) => kind !== 'same')
    .map((fn) => functionBlock(fn, changes, options));
  return named && blocks.length > 0 ? [`${printable(file.name)}\n`, ...blocks] : blocks;
}

function functionBlock(fn: FunctionChanges, module: ModuleChanges, options: TextOptions): string {
  const note = fn.kind === 'changed' ? '' : ` (${fn.kind})`;
  const head = `${paint(printable(fn.name), '1', options)}${note}: ${countsLine(fn.old, fn.fresh)}\n`;
  const shown = fn.changes.filter(({ kind }) => options.verbose || isNews(kind));
  const lines = shown.map((change) => `  ${changeLine(change, module, options)}\n`);
  return [head, ...lines].join('');
}

/** Added and removed sites are counted; what instrumentation adds is confined, and there is much of it. */
function isNews(kind: ChangeKind): boolean {
  return kind === 'lost' || kind === 'gained' || kind === 'changed';
}

function changeLine(change: Change, module: ModuleChanges, options: TextOptions): string {
  const place = spell(placeOf(change, module));
  const where = place === '' ? '' : `${place}: `;
  const kind = paint(change.kind.padEnd(7), COLORS[change.kind], options);
  return `${kind} ${printable(`${where}${describe(change)}`)}`;
}

/** `12 none -> 3 stack, 9 window` */
function countsLine(old: Counts, fresh: Counts): string {
  return `${counts(old)} -> ${counts(fresh)}`;
}

function counts(of: Counts): string {
  const parts = PROTECTIONS.filter((protection) => of[protection] !== undefined).map(
    (protection) => `${of[protection] ?? 0} ${protection}`,
  );
  return parts.length === 0 ? 'nothing' : parts.join(', ');
}

/** The last line: totals. */
export function summary(report: DiffReport): string {
  const { lost, gained, changed, added, removed } = totals(report);
  return `${lost} lost, ${gained} gained, ${changed} changed, ${added} added, ${removed} removed`;
}

function paint(text: string, color: string, options: TextOptions): string {
  return options.color ? `\u001b[${color}m${text}\u001b[0m` : text;
}
