/**
 * `make producers`: IR of other compilers and of all that clang makes when it is asked for more, through the front end.
 *
 *     scripts/ts.sh conformance/producers.ts [--only=TEXT]
 *
 * Each sample must be accepted by the parser and by `tme-box check`, print as it came, and print `--canonical` as text
 * of which llvm-as makes the same module. Ends with status 1 when one is not, or when a producer is missing: what is
 * missing is said, and counts as skipped.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { pooled, run, shellLine } from '../programs/process.js';
import type { Command } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { examine } from './front-end.js';
import { PRODUCERS } from './producer-table.js';
import type { Producer } from './producer-table.js';

const OUTPUT = join(ROOT, 'build/conformance/producers');
/** Samples at once. */
const WIDTH = 2;
/** Versions of the assembler that judge, in ascending order. */
const ASSEMBLERS = [16, 19, 22] as const;

interface Job {
  readonly name: string;
  readonly command: Command;
  readonly file: string;
  readonly assembler: number;
}

interface Outcome {
  readonly name: string;
  /** What is wrong; undefined when nothing is. */
  readonly problem: string | undefined;
  readonly bytes: number;
}

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const { only } = values;

mkdirSync(OUTPUT, { recursive: true });
const jobs: Job[] = [];
const skipped: string[] = [];
for (const producer of PRODUCERS) {
  const version = await llvmVersion(producer);
  if (version === undefined) skipped.push(producer.program);
  else jobs.push(...jobsOf(producer, version));
}
const chosen = jobs.filter(({ name }) => name.includes(only));
const outcomes = await pooled(chosen, WIDTH, judge);
report(outcomes);

/** The version of LLVM inside a producer; undefined when it is not installed. */
async function llvmVersion({ program, version }: Producer): Promise<number | undefined> {
  const { status, stdout } = await run({ program, arguments: version.arguments });
  if (status !== 0) return undefined;
  const found = version.pattern.exec(stdout.toString())?.[1];
  return found === undefined ? undefined : Number(found);
}

function jobsOf({ program, samples, output }: Producer, version: number): Job[] {
  // An older version's text is judged by the first assembler that still reads it.
  const assembler = ASSEMBLERS.find((known) => known >= version);
  if (assembler === undefined)
    throw new Error(`${program} has LLVM ${version}: no llvm-as is as new`);
  return samples.flatMap(({ file, variants }) =>
    variants.map((variant) => {
      const words = variant.split(' ').filter((word) => word !== '');
      const name = `${program} (LLVM ${version}) ${file} ${variant}`.trimEnd();
      const result = join(OUTPUT, `${name.replaceAll(/[^\w.-]+/g, '_')}.ll`);
      const source = join(ROOT, 'conformance/producers', file);
      const command = { program, arguments: [...words, ...output(result), source] };
      return { name, command: { ...command, directory: OUTPUT }, file: result, assembler };
    }),
  );
}

async function judge({ name, command, file, assembler }: Job): Promise<Outcome> {
  const made = await run(command);
  if (made.status !== 0) {
    const [first = ''] = made.stderr.toString().split('\n');
    return { name, problem: `${shellLine(command)}: ${first}`, bytes: 0 };
  }
  const text = readFileSync(file, 'latin1');
  const { check, verbatim, canonical } = examine(text);
  const bytes = text.length;
  if (check !== undefined) {
    return { name, problem: `${file}:${check.line}: ${check.message} [${check.code}]`, bytes };
  }
  if (!verbatim) return { name, problem: 'is not printed as it came', bytes };
  const printed = file.replace(/\.ll$/, '.canonical.ll');
  writeFileSync(printed, canonical ?? '', 'latin1');
  const [original, again] = [await assemble(assembler, file), await assemble(assembler, printed)];
  const same = original !== undefined && again?.equals(original) === true;
  const problem = same
    ? undefined
    : `llvm-as-${assembler} makes another module of ${basename(printed)}`;
  return { name, problem, bytes };
}

/** What llvm-dis shows of the module that a file is; undefined for an error. */
async function assemble(version: number, file: string): Promise<Buffer | undefined> {
  const bitcode = file.replace(/\.ll$/, '.bc');
  const made = await run({ program: `llvm-as-${version}`, arguments: ['-o', bitcode, file] });
  if (made.status !== 0) return undefined;
  // Read from standard input, the module has no name that its summary could hold.
  const command = { program: `llvm-dis-${version}`, arguments: ['-o', '-', '-'], input: bitcode };
  const shown = await run(command);
  return shown.status === 0 ? shown.stdout : undefined;
}

function report(all: readonly Outcome[]): void {
  const failed = all.filter(({ problem }) => problem !== undefined);
  const lines = all.map(({ name, problem, bytes }) =>
    problem === undefined ? `ok      ${name} (${bytes} bytes)` : `FAILED  ${name}: ${problem}`,
  );
  for (const program of skipped)
    lines.push(`SKIPPED ${program} is not installed: nothing of it was tried`);
  const ok = all.length - failed.length;
  lines.push(`${ok} passed, ${failed.length} failed, ${skipped.length} skipped`);
  writeFileSync(join(OUTPUT, 'report.txt'), `${lines.join('\n')}\n`);
  process.stdout.write(`${lines.join('\n')}\n`);
  process.exitCode = failed.length + skipped.length > 0 ? 1 : 0;
}
