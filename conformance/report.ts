/** The table by folder, and a list of all that did not come out as it should. */
import { FOLDERS } from './corpus.js';
import type { Finding, Problem } from './finding.js';

const PROBLEMS: readonly Problem[] = [
  'crash',
  'hang',
  'not taken',
  'not verbatim',
  'another module',
  'not rejected',
  'other line',
];

/** One folder's counts. */
export interface Row {
  readonly folder: string;
  readonly valid: number;
  /** Of the valid ones: taken, printed as they came, and by `--canonical` as the same module. */
  readonly roundTripped: number;
  /** Refused by llvm-as with a message that has a place. */
  readonly invalid: number;
  readonly rejected: number;
  /** Of the rejected ones: with the line of llvm-as. */
  readonly sameLine: number;
  /** Refused by LLVM's verifier. */
  readonly unverified: number;
  readonly refused: number;
  /** Valid only with options of their RUN line, or not decided by llvm-as: not counted elsewhere. */
  readonly apart: number;
  readonly crashes: number;
  readonly hangs: number;
}

/** A row for each folder that was looked at, and one for all. */
export function rows(findings: readonly Finding[]): Row[] {
  const byFolder = FOLDERS.map((folder) => ({
    folder,
    own: findings.filter((finding) => finding.folder === folder),
  }));
  const shown = byFolder.filter(({ own }) => own.length > 0);
  return [...shown.map(({ folder, own }) => row(folder, own)), row('all', findings)];
}

function row(folder: string, findings: readonly Finding[]): Row {
  const count = (test: (finding: Finding) => boolean): number => findings.filter(test).length;
  return {
    folder,
    valid: count(({ sort }) => sort === 'valid'),
    roundTripped: count(({ sort, problem }) => sort === 'valid' && problem === undefined),
    invalid: count(({ sort }) => sort === 'invalid'),
    rejected: count(({ sort, found }) => sort === 'invalid' && found !== undefined),
    sameLine: count(
      ({ sort, found, problem }) =>
        sort === 'invalid' && found !== undefined && problem === undefined,
    ),
    unverified: count(({ sort }) => sort === 'unverified'),
    refused: count(({ sort, found }) => sort === 'unverified' && found !== undefined),
    apart: count(({ sort }) => sort === 'flags' || sort === 'undecided'),
    crashes: count(({ problem }) => problem === 'crash'),
    hangs: count(({ problem }) => problem === 'hang'),
  };
}

const HEADINGS = {
  folder: 'llvm/test/',
  valid: 'valid',
  roundTripped: 'round-tripped',
  invalid: 'invalid',
  rejected: 'rejected',
  sameLine: 'same line',
  unverified: 'unverified',
  refused: 'refused',
  apart: 'apart',
  crashes: 'crashes',
  hangs: 'hangs',
} as const;

/** The table as text. */
export function table(all: readonly Row[]): string {
  const columns = Object.entries(HEADINGS).map(([key, heading]) => {
    const cells = all.map((line) =>
      String(Object.entries(line).find(([name]) => name === key)?.[1]),
    );
    const width = Math.max(heading.length, ...cells.map(({ length }) => length));
    return [heading, ...cells].map((cell) =>
      key === 'folder' ? cell.padEnd(width) : cell.padStart(width),
    );
  });
  const [first = []] = columns;
  return first.map((_, at) => columns.map((column) => column[at] ?? '').join('  ')).join('\n');
}

/** Every miss by its name, problem by problem. */
export function misses(findings: readonly Finding[]): string {
  return PROBLEMS.map((problem) => {
    const own = findings.filter((finding) => finding.problem === problem);
    return own.length === 0 ? '' : `\n${problem}: ${own.length}\n${own.map(line).join('')}`;
  }).join('');
}

function line({ name, detail, expected, found }: Finding): string {
  const llvm = expected === undefined ? '' : `\n    llvm-as: ${expected.line}: ${expected.message}`;
  const ours =
    found === undefined ? '' : `\n    ours: ${found.line}: ${found.message} [${found.code}]`;
  return `  ${name}${detail === '' ? '' : `: ${detail}`}${llvm}${ours}\n`;
}
