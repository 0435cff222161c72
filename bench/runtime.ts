/**
 * What sandboxes cost, beside what a host could use instead: `make bench-runtime` writes build/bench/runtime.json. The
 * C part (runtime/host/bench) measures everything but Node's WebAssembly, which is measured by wasm-times.js the same way.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './statistics.js';

const BUILD = join(process.cwd(), 'build', 'host');
const RESULT = join(process.cwd(), 'build', 'bench', 'runtime.json');

/** The numbers of a JSON object that a program prints. */
function numbersIn(output: string): ReadonlyMap<string, readonly number[]> {
  const parsed: unknown = JSON.parse(output);
  const entries: [string, unknown][] =
    typeof parsed === 'object' && parsed !== null ? Object.entries(parsed) : [];
  return new Map(
    entries.map(([name, value]): [string, readonly number[]] => {
      const values: readonly unknown[] = Array.isArray(value) ? value : [value];
      return [name, values.filter((each) => typeof each === 'number')];
    }),
  );
}

function wasmTimes(): Readonly<Record<string, number>> {
  const script = join(process.cwd(), 'bench', 'wasm-times.js');
  const times = numbersIn(execFileSync(process.execPath, [script], { encoding: 'utf8' }));
  return {
    wasm_call_ns: Number(median(times.get('call') ?? []).toFixed(2)),
    wasm_instantiate_us: Number((median(times.get('instantiate') ?? []) / 1000).toFixed(2)),
  };
}

function sandboxTimes(name: 'bench' | 'emulated'): Readonly<Record<string, number>> {
  const program = join(BUILD, 'bench', name);
  const image = join(BUILD, 'bench', 'calls.tbx');
  const numbers = numbersIn(execFileSync(program, [image], { encoding: 'utf8' }));
  return Object.fromEntries([...numbers].map(([key, values]) => [key, median(values)]));
}

mkdirSync(join(process.cwd(), 'build', 'bench'), { recursive: true });
const results = {
  ...sandboxTimes('bench'),
  ...sandboxTimes('emulated'),
  ...wasmTimes(),
  map_limit: Number(readFileSync('/proc/sys/vm/max_map_count', 'utf8')),
};
writeFileSync(RESULT, `${JSON.stringify(results, undefined, 2)}\n`);
for (const [name, value] of Object.entries(results)) {
  process.stdout.write(`${name.padEnd(32)} ${value}\n`);
}
