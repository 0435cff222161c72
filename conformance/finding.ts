/** How one case came out. */
import type { Cache } from './cache.js';
import type { Case, Folder } from './corpus.js';
import type { Complaint } from './front-end.js';
import { disassembly, judge } from './llvm.js';
import type { Verdict } from './llvm.js';
import type { Examination } from './worker.js';

/** What LLVM says: `flags` is valid with the options of the test's RUN line and not without. */
export type Sort = 'valid' | 'flags' | 'invalid' | 'unverified' | 'undecided';

export interface Finding {
  readonly folder: Folder;
  readonly name: string;
  readonly sort: Sort;
  /** LLVM's first message, of a file that it refuses. */
  readonly expected: Complaint | undefined;
  /** Ours. */
  readonly found: Complaint | undefined;
  /** What is wrong; undefined when all is as it should be. */
  readonly problem: Problem | undefined;
  readonly detail: string;
}

export type Problem =
  | 'crash'
  | 'hang'
  | 'not taken'
  | 'not verbatim'
  | 'another module'
  | 'not rejected'
  | 'other line';

/** Problems that no file may have: with them the program ends with status 1. */
export const SERIOUS: ReadonlySet<Problem> = new Set([
  'crash',
  'hang',
  'not taken',
  'not verbatim',
  'another module',
]);

/** Compares what LLVM says with what we do. */
export async function compare(
  cache: Cache,
  item: Case,
  examination: Examination,
): Promise<Finding> {
  const verdict = await judge(cache, item.text, []);
  const sort = await sortOf(cache, item, verdict);
  const found = examination.kind === 'done' ? examination.result.check : undefined;
  const base = {
    folder: item.folder,
    name: item.name,
    sort,
    expected: complaintOf(verdict),
    found,
  };
  const [problem, detail = ''] = await problemOf(cache, item, sort, verdict, examination);
  return { ...base, problem, detail };
}

async function sortOf(cache: Cache, item: Case, verdict: Verdict): Promise<Sort> {
  if (verdict.kind === 'crash') return 'undecided';
  if (verdict.kind === 'valid' || item.flags.length === 0) return verdict.kind;
  const again = await judge(cache, item.text, item.flags);
  return again.kind === 'valid' ? 'flags' : verdict.kind;
}

function complaintOf(verdict: Verdict): Complaint | undefined {
  if (verdict.kind === 'valid') return undefined;
  const line = verdict.kind === 'invalid' ? verdict.line : 0;
  return { line, code: 'llvm-as-19', message: verdict.message };
}

type Judgement = readonly [problem: Problem | undefined, detail?: string];

async function problemOf(
  cache: Cache,
  item: Case,
  sort: Sort,
  verdict: Verdict,
  examination: Examination,
): Promise<Judgement> {
  if (examination.kind === 'hang') return ['hang'];
  if (examination.kind === 'crash') return ['crash', examination.message];
  const { result } = examination;
  switch (sort) {
    case 'undecided':
    case 'flags':
      return [undefined];
    case 'unverified':
      return [result.check === undefined ? 'not rejected' : undefined];
    case 'invalid':
      if (result.check === undefined) return ['not rejected'];
      return [sameLine(verdict, result.check) ? undefined : 'other line'];
    case 'valid':
      if (result.syntax !== undefined) return ['not taken', show(result.syntax)];
      if (result.check !== undefined) return ['not taken', show(result.check)];
      if (!result.verbatim) return ['not verbatim'];
      return sameModule(cache, item.text, verdict, result.canonical ?? '');
  }
}

/** A message of LLVM's without a line is met by any. */
function sameLine(verdict: Verdict, { line }: Complaint): boolean {
  return verdict.kind !== 'invalid' || verdict.line === 0 || verdict.line === line;
}

async function sameModule(
  cache: Cache,
  text: string,
  verdict: Verdict,
  canonical: string,
): Promise<Judgement> {
  const printed = await judge(cache, canonical, []);
  if (printed.kind !== 'valid') return ['another module', `llvm-as refuses it: ${printed.message}`];
  if (verdict.kind === 'valid' && printed.bitcode === verdict.bitcode) return [undefined];
  const same = (await disassembly(cache, text)) === (await disassembly(cache, canonical));
  return same ? [undefined] : ['another module', 'llvm-dis prints it differently'];
}

function show({ line, code, message }: Complaint): string {
  return `${line}: ${message} [${code}]`;
}
