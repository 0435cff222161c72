import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { BASELINE, configurations, type Configuration } from './configuration.js';
import { buildMeter, sample } from './measure.js';
import { geometricMean, median } from './statistics.js';
import { BENCH, workloads, type Workload } from './workload.js';
import { wrapperCost, type WrapperCost } from './wrapper-cost.js';

/**
 * `make bench`: user time of every workload natively (stock musl, clang 22 -O2, static) and in each configuration.
 * A round runs the native program and then each sandboxed one, on one core; a ratio is taken within its round, so that
 * what slows the machine for a while slows both sides. Options: --rounds=N --only=NAME --config=NAME --no-wrapper.
 */
interface Row {
  readonly name: string;
  readonly native: number;
  /** Median of the ratios by configuration. */
  readonly ratios: Readonly<Record<string, number>>;
  /** What failed, by configuration; such a one has no ratio. */
  readonly failures: Readonly<Record<string, string>>;
}

interface Options {
  readonly rounds: number;
  readonly workloads: readonly Workload[];
  readonly configurations: readonly Configuration[];
  readonly wrapper: boolean;
}

async function readOptions(words: readonly string[]): Promise<Options> {
  const values = (name: string): readonly string[] =>
    words.filter((word) => word.startsWith(`--${name}=`)).map((word) => word.split('=')[1] ?? '');
  const chosen = (name: string, value: string): boolean =>
    values(name).length === 0 || values(name).includes(value);
  return {
    rounds: Number(values('rounds')[0] ?? 5),
    workloads: (await workloads()).filter(({ name }) => chosen('only', name)),
    configurations: configurations.filter(({ name }) => chosen('config', name)),
    wrapper: !words.includes('--no-wrapper'),
  };
}

async function measure(workload: Workload, options: Options): Promise<Row> {
  const native = await workload.executable(BASELINE);
  const failures: Record<string, string> = {};
  const built: { readonly name: string; readonly executable: string }[] = [];
  for (const { name, toolchain } of options.configurations) {
    try {
      built.push({ name, executable: await workload.executable(toolchain) });
    } catch (error) {
      failures[name] = String(error);
    }
  }
  const nativeTimes: number[] = [];
  const ratios = new Map<string, number[]>();
  for (let round = 0; round < options.rounds; round++) {
    const base = await sample(workload, native);
    nativeTimes.push(base.user);
    for (const { name, executable } of built) {
      if (name in failures) continue;
      try {
        const { user, output } = await sample(workload, executable);
        if (output !== base.output) throw new Error('the output is not that of the native program');
        ratios.set(name, [...(ratios.get(name) ?? []), user / base.user]);
      } catch (error) {
        failures[name] = String(error);
      }
    }
  }
  const finished = [...ratios].filter(([name]) => !(name in failures));
  return {
    name: workload.name,
    native: median(nativeTimes),
    ratios: Object.fromEntries(finished.map(([name, values]) => [name, median(values)])),
    failures,
  };
}

function printTable(rows: readonly Row[], names: readonly string[], means: Means): void {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  console.log(
    `${'program'.padEnd(16)}${'native s'.padStart(9)}${names.map((n) => n.padStart(width)).join('')}`,
  );
  for (const { name, native, ratios } of rows) {
    const cells = names.map((n) => (ratios[n]?.toFixed(3) ?? 'failed').padStart(width)).join('');
    console.log(`${name.padEnd(16)}${native.toFixed(3).padStart(9)}${cells}`);
  }
  const cells = names.map((n) => (means[n]?.toFixed(3) ?? '-').padStart(width)).join('');
  console.log(`${'geomean'.padEnd(16)}${''.padStart(9)}${cells}`);
  for (const { name, failures } of rows) {
    for (const [configuration, reason] of Object.entries(failures)) {
      console.log(
        `FAILED ${name} ${configuration}: ${reason.trim().split('\n').slice(0, 3).join(' | ')}`,
      );
    }
  }
}

type Means = Readonly<Record<string, number>>;

function means(rows: readonly Row[], names: readonly string[]): Means {
  return Object.fromEntries(
    names.map((name) => [name, geometricMean(rows.flatMap(({ ratios }) => ratios[name] ?? []))]),
  );
}

async function prepare(): Promise<void> {
  await mkdir(BENCH, { recursive: true });
  const musl = await run({ program: join(ROOT, 'bench/musl-baseline.sh'), arguments: [] });
  if (musl.status !== 0) throw new Error(musl.stderr.toString());
  await buildMeter();
}

function printWrapper(cost: WrapperCost): void {
  console.log(
    `make of Lua: clang ${cost.makeClang.toFixed(2)} s, tbx-cc ${cost.makeWrapper.toFixed(2)} s, ratio ${(cost.makeWrapper / cost.makeClang).toFixed(2)}`,
  );
  console.log(
    `start-up: tbx-cc --version ${cost.startUp.toFixed(0)} ms, node alone ${cost.node.toFixed(0)} ms; one small file: clang ${cost.smallClang.toFixed(0)} ms, tbx-cc ${cost.smallWrapper.toFixed(0)} ms`,
  );
}

async function main(words: readonly string[]): Promise<number> {
  await prepare();
  const options = await readOptions(words);
  const names = options.configurations.map(({ name }) => name);
  const rows: Row[] = [];
  for (const workload of options.workloads) {
    rows.push(await measure(workload, options));
    process.stderr.write(`${workload.name} `);
  }
  process.stderr.write('\n');
  const geomean = means(rows, names);
  printTable(rows, names, geomean);
  const wrapper = options.wrapper ? await wrapperCost() : undefined;
  if (wrapper !== undefined) printWrapper(wrapper);
  const results = {
    geomean,
    programs: rows,
    wrapper,
    baseline: 'stock musl, clang 22 -O2, static, no PIE',
    rounds: options.rounds,
  };
  const path = join(BENCH, 'results.json');
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`written to ${path.slice(ROOT.length + 1)}`);
  return rows.every(({ failures }) => Object.keys(failures).length === 0) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
