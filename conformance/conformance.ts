/**
 * `make conformance`: LLVM's own test files through our front end, judged by LLVM 19.
 *
 *     scripts/ts.sh conformance/conformance.ts [--folder=Assembler …] [--only=TEXT]
 *
 * What llvm-as-19 takes must be taken, printed without changes as it came, and printed from the tree as text of which
 * llvm-as-19 makes the same module (equal bitcode, or equal output of llvm-dis-19). What it refuses should be refused
 * by `tme-box check`, at the same line. Answers of LLVM's tools are kept by content under build/conformance, so that
 * a second run takes only our own time. Ends with status 1 when a valid file is not taken or not printed back, or when
 * anything crashes or hangs.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isMainThread } from 'node:worker_threads';
import { isChosen } from '../programs/options.js';
import { Cache } from './cache.js';
import { FOLDERS, SOURCE, corpus, fetchTests } from './corpus.js';
import type { Case } from './corpus.js';
import { SERIOUS, compare } from './finding.js';
import type { Finding } from './finding.js';
import { misses, rows, table } from './report.js';
import { Examiner, serve } from './worker.js';

const BUILD = join(process.cwd(), 'build');
const OUTPUT = join(BUILD, 'conformance');
/** Processes of LLVM at once. */
const WIDTH = 2;
const PROGRESS_EVERY = 1000;

function chosenCases(words: readonly string[]): Case[] {
  const { values } = parseArgs({
    args: [...words],
    options: {
      folder: { type: 'string', multiple: true },
      only: { type: 'string', default: '' },
    },
  });
  const { only } = values;
  const folders = FOLDERS.filter((folder) => isChosen(values.folder, folder));
  return corpus(fetchTests(), folders).filter(({ name }) => name.includes(only));
}

/** Examines the cases in the order of their names; LLVM works on some of them at once. */
async function examineAll(cases: readonly Case[], cache: Cache): Promise<Finding[]> {
  const examiner = new Examiner(new URL(import.meta.url));
  const findings: Finding[] = [];
  const pending = new Set<Promise<void>>();
  for (const [at, item] of cases.entries()) {
    const examination = await examiner.examine(item.text);
    const comparison = compare(cache, item, examination).then((finding) => {
      findings[at] = finding;
      pending.delete(comparison);
    });
    pending.add(comparison);
    if (pending.size >= WIDTH) await Promise.race(pending);
    if ((at + 1) % PROGRESS_EVERY === 0) process.stderr.write(`${at + 1} of ${cases.length}\n`);
  }
  await Promise.all(pending);
  await examiner.close();
  return findings;
}

async function main(): Promise<void> {
  const cases = chosenCases(process.argv.slice(2));
  const findings = await examineAll(cases, new Cache(join(OUTPUT, 'llvm-19.cache')));
  const summary = rows(findings);
  const wrong = findings.filter(({ problem }) => problem !== undefined);
  mkdirSync(OUTPUT, { recursive: true });
  const text = `${table(summary)}\n`;
  writeFileSync(join(OUTPUT, 'report.txt'), `${text}${misses(findings)}`);
  const json = { tests: SOURCE, folders: summary, misses: wrong };
  writeFileSync(join(OUTPUT, 'report.json'), `${JSON.stringify(json, undefined, 2)}\n`);
  process.stdout.write(`${text}each miss: build/conformance/report.txt\n`);
  const serious = wrong.some(({ problem }) => problem !== undefined && SERIOUS.has(problem));
  process.exitCode = serious ? 1 : 0;
}

if (isMainThread) await main();
else serve();
