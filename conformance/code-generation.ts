/**
 * `make code-generation`: what LLVM tests its code generator with, through passes, code generator and verifier.
 *
 *     scripts/ts.sh conformance/code-generation.ts [--only=TEXT] [--level=O0 …] [--clang=19] [--isolation=data …]
 *
 * Each module of llvm/test/CodeGen/X86 is instrumented and compiled; its machine code, whose functions a start of our own
 * calls one after the other, becomes an image, and the verifier judges that. The passes may refuse a module. What they
 * take has to be proven, as real programs hold all that is tried there. Ends with status 1 when something is not;
 * build/code-generation/report.txt has all refusals.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Case } from './corpus.js';
import { corpus, fetchTests } from './corpus.js';
import { type CodeGeneration, judge, type Judgement, PROVEN } from './generated-code.js';

const OUTPUT = join(process.cwd(), 'build', 'code-generation');
/** Compilations at once. */
const WIDTH = 2;
const PROGRESS_EVERY = 500;

interface Trial extends Judgement {
  readonly name: string;
}

async function tryAll(cases: readonly Case[], generation: CodeGeneration): Promise<Trial[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-code-'));
  const trials: Trial[] = [];
  const queue = cases.entries();
  const work = async (worker: number): Promise<void> => {
    for (const [at, { name, text }] of queue) {
      const judgement = await judge(text, generation, join(folder, String(worker)));
      trials.push({ name, ...judgement });
      if (judgement.isFailure)
        console.log(`${judgement.outcome} ${name}: ${judgement.lines[0] ?? ''}`);
      if ((at + 1) % PROGRESS_EVERY === 0) console.error(`${at + 1} of ${cases.length}`);
    }
  };
  await Promise.all(Array.from({ length: WIDTH }, (_, worker) => work(worker)));
  rmSync(folder, { recursive: true });
  return trials.sort((a, b) => a.name.localeCompare(b.name));
}

function describe(trials: readonly Trial[]): string {
  const counts = new Map<string, number>();
  for (const { outcome } of trials) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  return [...counts].map(([outcome, count]) => `${count} ${outcome}`).join(', ');
}

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      only: { type: 'string', default: '' },
      level: { type: 'string', multiple: true, default: ['O0', 'O2'] },
      clang: { type: 'string', default: '22' },
      isolation: { type: 'string', multiple: true, default: ['code+data'] },
    },
  });
  const isolations = values.isolation.map((name): CodeGeneration['isolation'] => {
    if (name !== 'data' && name !== 'code+data') throw new Error(`no isolation: '${name}'`);
    return name;
  });
  const cases = corpus(fetchTests(), ['CodeGen/X86']).filter(({ name }) =>
    name.includes(values.only),
  );
  mkdirSync(OUTPUT, { recursive: true });
  const report: string[] = [];
  let failures = 0;
  let isEmpty = false;
  for (const isolation of isolations) {
    for (const level of values.level) {
      const generation = { clang: `clang-${values.clang}`, level, isolation };
      const trials = await tryAll(cases, generation);
      const title = `${generation.clang} -${level} ${isolation}: ${describe(trials)}`;
      failures += trials.filter(({ isFailure }) => isFailure).length;
      isEmpty ||= !trials.some(({ outcome }) => outcome === PROVEN);
      report.push(
        title,
        ...trials.flatMap(({ name, outcome, lines }) =>
          lines.map((line) => `  ${outcome} ${name}: ${line}`),
        ),
      );
      console.log(title);
    }
  }
  writeFileSync(join(OUTPUT, 'report.txt'), `${report.join('\n')}\n`);
  console.log(`${cases.length} modules, ${failures} not proven`);
  // Without clang, linker or sysroot no module comes to the verifier.
  if (isEmpty) console.log('there are levels at which nothing was proven');
  return failures === 0 && !isEmpty ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
