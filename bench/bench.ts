import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isChosen } from '../programs/options.js';
import { must } from '../programs/process.js';
import { ROOT } from '../programs/toolchain.js';
import { BASELINE, type Configuration, configurations, withTwins } from './configuration.js';
import { buildMeter, sample } from './measure.js';
import { geometricMean, median } from './statistics.js';
import { verifierSpeed, type VerifierSpeed } from './verifier-speed.js';
import { BENCH, workloads, type Workload } from './workload.js';
import { wrapperCost, type WrapperCost } from './wrapper-cost.js';

/**
 * `make bench`: user time of every workload natively (stock musl, clang 22 -O2, static) and in each configuration.
 * A round runs the native program and then each sandboxed one, on one core; a ratio is taken within its round, so that
 * what slows the machine for a while slows both sides. Options: --rounds=N --only=NAME --config=NAME --no-wrapper.
 *
 * Some of a ratio is not the confinement's doing: the sandbox's memory and string routines are not stock musl's, and the
 * layout of code decides over single kernels. So a second native program, `matched`, has the sandbox's flags and routines;
 * `matched.lto` is that for programs compiled as a whole.
 */
interface Row {
  readonly name: string;
  readonly native: number;
  /** Median of the ratios to native by configuration; the native twins are among them. */
  readonly ratios: Readonly<Record<string, number>>;
  /** The same to the native twin; twins have none. */
  readonly matchedRatios: Readonly<Record<string, number>>;
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
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: 'string', default: '5' },
      only: { type: 'string', multiple: true },
      config: { type: 'string', multiple: true },
      'no-wrapper': { type: 'boolean', default: false },
    },
  });
  return {
    rounds: Number(values.rounds),
    workloads: (await workloads()).filter(({ name }) => isChosen(values.only, name)),
    configurations: withTwins(configurations.filter(({ name }) => isChosen(values.config, name))),
    wrapper: !values['no-wrapper'],
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
  const times = new Map<string, number[]>();
  for (let round = 0; round < options.rounds; round++) {
    const base = await sample(workload, native);
    nativeTimes.push(base.user);
    for (const { name, executable } of built) {
      if (name in failures) continue;
      try {
        const { user, output } = await sample(workload, executable);
        if (output !== base.output) throw new Error('the output is not that of the native program');
        times.set(name, [...(times.get(name) ?? []), user]);
      } catch (error) {
        failures[name] = String(error);
      }
    }
  }
  const finished = new Map([...times].filter(([name]) => !(name in failures)));
  return {
    name: workload.name,
    native: median(nativeTimes),
    ratios: ratios(finished, () => nativeTimes),
    matchedRatios: ratios(finished, (name) => {
      const twin = options.configurations.find((candidate) => candidate.name === name)?.twin;
      return twin === undefined ? undefined : finished.get(twin);
    }),
    failures,
  };
}

/** Medians of the ratios within each round, by configuration; none where there is nothing to divide by. */
function ratios(
  times: ReadonlyMap<string, readonly number[]>,
  baseOf: (name: string) => readonly number[] | undefined,
): Record<string, number> {
  return Object.fromEntries(
    [...times].flatMap(([name, values]) => {
      const base = baseOf(name);
      return base === undefined
        ? []
        : [[name, median(values.map((time, round) => time / (base[round] ?? Number.NaN)))]];
    }),
  );
}

function printTable(
  rows: readonly Row[],
  names: readonly string[],
  geomean: Means,
  geomeanMatched: Means,
): void {
  const width = Math.max(...names.map((name) => name.length)) + 2;
  console.log(
    `${'program'.padEnd(16)}${'native s'.padStart(9)}${names.map((n) => n.padStart(width)).join('')}`,
  );
  for (const { name, native, ratios } of rows) {
    const cells = names.map((n) => (ratios[n]?.toFixed(3) ?? 'failed').padStart(width)).join('');
    console.log(`${name.padEnd(16)}${native.toFixed(3).padStart(9)}${cells}`);
  }
  for (const [label, means] of [
    ['geomean', geomean],
    ['  to matched', geomeanMatched],
  ] as const) {
    const cells = names.map((n) => (means[n]?.toFixed(3) ?? '-').padStart(width)).join('');
    console.log(`${label.padEnd(16)}${''.padStart(9)}${cells}`);
  }
  for (const { name, failures } of rows) {
    for (const [configuration, reason] of Object.entries(failures)) {
      console.log(
        `FAILED ${name} ${configuration}: ${reason.trim().split('\n').slice(0, 3).join(' | ')}`,
      );
    }
  }
}

type Means = Readonly<Record<string, number>>;

function means(rows: readonly Means[], names: readonly string[]): Means {
  return Object.fromEntries(
    names.map((name) => [name, geometricMean(rows.flatMap((ratios) => ratios[name] ?? []))]),
  );
}

async function prepare(): Promise<void> {
  await mkdir(BENCH, { recursive: true });
  await must({ program: join(ROOT, 'bench/musl-baseline.sh'), arguments: [] });
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

function printVerifier(speed: VerifierSpeed): void {
  const { code, elapsed, processor, megabytesPerSecond, steadyMegabytesPerSecond, peakMemory } =
    speed;
  console.log(
    `verifier, SQLite with libc: ${(code / 1e6).toFixed(2)} MB of code in ${elapsed.toFixed(2)} s, ${(code / 1e6 / elapsed).toFixed(2)} MB/s; ${processor.toFixed(2)} s of processor time, ${megabytesPerSecond.toFixed(2)} MB/s; peak memory ${(peakMemory / 2 ** 20).toFixed(0)} MiB; in a process that has done so before ${steadyMegabytesPerSecond.toFixed(2)} MB/s`,
  );
}

async function main(words: readonly string[]): Promise<number> {
  await prepare();
  const options = await readOptions(words);
  const names = options.configurations.map(({ name }) => name);
  const sandboxed = options.configurations.flatMap(({ name, twin }) =>
    twin === undefined ? [] : name,
  );
  const rows: Row[] = [];
  for (const workload of options.workloads) {
    rows.push(await measure(workload, options));
    process.stderr.write(`${workload.name} `);
  }
  process.stderr.write('\n');
  const geomean = means(
    rows.map(({ ratios }) => ratios),
    names,
  );
  const geomeanMatched = means(
    rows.map(({ matchedRatios }) => matchedRatios),
    sandboxed,
  );
  printTable(rows, names, geomean, geomeanMatched);
  const wrapper = options.wrapper ? await wrapperCost() : undefined;
  if (wrapper !== undefined) printWrapper(wrapper);
  const verifier = options.wrapper ? await verifierSpeed() : undefined;
  if (verifier !== undefined) printVerifier(verifier);
  const results = {
    geomean,
    geomeanMatched,
    programs: rows,
    wrapper,
    verifier,
    baseline: 'stock musl, clang 22 -O2, static, no PIE',
    matched:
      "the native twin: the baseline with tbx-cc's flags and the sandbox's memory and string routines",
    rounds: options.rounds,
  };
  const path = join(BENCH, 'results.json');
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
  console.log(`written to ${path.slice(ROOT.length + 1)}`);
  return rows.every(({ failures }) => Object.keys(failures).length === 0) ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
