import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { run } from '../programs/process.js';
import { BUILD, ROOT } from '../programs/toolchain.js';
import { median } from './statistics.js';
import { startServer } from './worker-server.js';

/**
 * `make bench-workers`: requests a second that the server of examples/workers answers over the loopback interface, with
 * each tenant's code in a sandbox, as a plain function, and in a process of its own. A round loads one way after the
 * other by wrk, and ratios to the plain function are taken within it. Options: --rounds=N --seconds=N --tenants=N.
 */
interface Load {
  readonly way: string;
  readonly tenants: number;
}

interface Measured {
  readonly requestsPerSecond: number;
  /** Of server and workers. */
  readonly cpuMicrosecondsPerRequest: number;
}

interface Settings {
  readonly rounds: number;
  readonly seconds: number;
  readonly tenants: number;
}

const MANY = 30_000;

function readSettings(words: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...words],
    options: {
      rounds: { type: 'string', default: '5' },
      seconds: { type: 'string', default: '2' },
      tenants: { type: 'string', default: '1000' },
    },
  });
  const { rounds, seconds, tenants } = values;
  return { rounds: Number(rounds), seconds: Number(seconds), tenants: Number(tenants) };
}

/** Requests that wrk made, and how many of them a second. @throws when one of them failed. */
async function loadByWrk(
  url: string,
  { tenants }: Load,
  seconds: number,
): Promise<{ readonly requests: number; readonly perSecond: number }> {
  const script = join(ROOT, 'bench', 'tenants.lua');
  const words = ['-t1', '-c16', `-d${seconds}s`, '-s', script, url, '--', String(tenants)];
  const { status, stdout, stderr } = await run({ program: 'wrk', arguments: words });
  const text = stdout.toString('latin1');
  const requests = /^\s*(\d+) requests in/m.exec(text)?.[1];
  const perSecond = /^Requests\/sec:\s*([\d.]+)/m.exec(text)?.[1];
  const failed = /Non-2xx|Socket errors/.test(text);
  if (status !== 0 || failed || requests === undefined || perSecond === undefined) {
    throw new Error(`wrk ${words.join(' ')}:\n${text}${stderr.toString('latin1')}`);
  }
  return { requests: Number(requests), perSecond: Number(perSecond) };
}

/** The first load lets every tenant touch its memory, and is not counted. */
async function measure(load: Load, seconds: number): Promise<Measured> {
  const server = await startServer(load.way, load.tenants);
  await loadByWrk(server.url, load, seconds);
  const before = await server.cpuSeconds();
  const { requests, perSecond } = await loadByWrk(server.url, load, seconds);
  const cpu = (await server.cpuSeconds()) - before;
  await server.stop();
  return { requestsPerSecond: perSecond, cpuMicrosecondsPerRequest: (cpu * 1e6) / requests };
}

const settings = readSettings(process.argv.slice(2));
const loads: readonly Load[] = [
  ...['function', 'sandbox', 'fresh', 'process'].map((way) => ({ way, tenants: settings.tenants })),
  { way: 'sandbox', tenants: MANY },
];
const rounds: (readonly Measured[])[] = [];
for (let round = 0; round < settings.rounds; round++) {
  const measured: Measured[] = [];
  for (const load of loads) measured.push(await measure(load, settings.seconds));
  rounds.push(measured);
}

/** The median over the rounds of what `of` makes of one way's figures and the plain function's. */
function over(way: number, of: (measured: Measured, plain: Measured) => number): number {
  const values = rounds.flatMap((round) => {
    const [plain, measured] = [round[0], round[way]];
    return plain === undefined || measured === undefined ? [] : [of(measured, plain)];
  });
  return Number(median(values).toFixed(3));
}

const results = loads.map(({ way, tenants }, index) => ({
  way,
  tenants,
  requests_per_second: over(index, ({ requestsPerSecond }) => requestsPerSecond),
  cpu_us_per_request: over(index, (measured) => measured.cpuMicrosecondsPerRequest),
  rate_to_function: over(
    index,
    (measured, plain) => measured.requestsPerSecond / plain.requestsPerSecond,
  ),
  cpu_to_function: over(
    index,
    (measured, plain) => measured.cpuMicrosecondsPerRequest / plain.cpuMicrosecondsPerRequest,
  ),
}));
await mkdir(join(BUILD, 'bench'), { recursive: true });
await writeFile(join(BUILD, 'bench', 'workers.json'), `${JSON.stringify(results, undefined, 2)}\n`);
process.stdout.write('way        tenants  requests/s   µs of CPU  rate, CPU to function\n');
for (const row of results) {
  process.stdout.write(
    `${row.way.padEnd(10)} ${String(row.tenants).padStart(7)} ${row.requests_per_second.toFixed(0).padStart(11)}` +
      ` ${row.cpu_us_per_request.toFixed(1).padStart(11)}  ${row.rate_to_function.toFixed(2)}` +
      ` ${row.cpu_to_function.toFixed(2)}\n`,
  );
}
