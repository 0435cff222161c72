/**
 * Damaged input by the million: not a test of `make test`, as it runs for a night.
 *
 *     make mutations N=1000000 SEED=1
 *
 * Each input is either rejected with a diagnostic or prints as it came, in bounded time and memory. Input `i` of a seed
 * is the same on every machine that has the same files; what went wrong is written to build/mutations/found, and counts
 * to build/mutations/report.json while it runs.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Worker, isMainThread, parentPort } from 'node:worker_threads';
import { corpus } from './corpus.js';
import { judge } from './judge.js';
import { GIANTS, damage } from './mutators.js';
import { Random } from '../../support/random.js';

const FOLDER = join(process.cwd(), 'build/mutations');
const FOUND = join(FOLDER, 'found');
const REPORT_EVERY = 1000;
/** Of this process' processor time, for one input; the largest has 100 MB. */
const HANG_MICROSECONDS = 60_000_000;
/** A hundred megabytes of text, its tree, and two prints of it. */
const HEAP_MEGABYTES = 4096;

interface Settings {
  readonly seed: number;
  readonly first: number;
  readonly count: number;
}

interface Report {
  readonly inputs: number;
  readonly accepted: number;
  readonly faults: number;
  readonly slowest: { readonly input: string; readonly milliseconds: number };
}

function settings(): Settings {
  const { values } = parseArgs({
    options: {
      seed: { type: 'string', default: '1' },
      first: { type: 'string', default: '0' },
      count: { type: 'string', default: '10000' },
    },
  });
  return { seed: Number(values.seed), first: Number(values.first), count: Number(values.count) };
}

/** The main thread: looks whether the worker gets on. */
function watch(): void {
  const chosen = settings();
  mkdirSync(FOUND, { recursive: true });
  const turn = new Int32Array(new SharedArrayBuffer(4)); // The input that is judged now.
  const worker = new Worker(fileURLToPath(import.meta.url), {
    argv: process.argv.slice(2),
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MEGABYTES },
  });
  worker.postMessage(turn);
  let seen = -1;
  let since = 0;
  const timer = setInterval(() => {
    const { user, system } = process.cpuUsage();
    if (turn[0] !== seen) since = user + system;
    else if (user + system - since > HANG_MICROSECONDS) {
      process.stdout.write(`input ${seen} of seed ${chosen.seed} does not come to an end\n`);
      process.exit(1);
    }
    seen = turn[0] ?? 0;
  }, 1000);
  worker.on('message', (report: Report) => {
    writeFileSync(join(FOLDER, 'report.json'), `${JSON.stringify(report, undefined, 2)}\n`);
    if (report.inputs % 100_000 === 0) say(report);
    if (report.inputs < chosen.count) return;
    clearInterval(timer);
    say(report);
    process.exitCode = report.faults === 0 ? 0 : 1;
  });
  worker.on('error', (error) => {
    process.stdout.write(`input ${turn[0] ?? 0} of seed ${chosen.seed}: ${error.message}\n`);
    process.exit(1);
  });
}

function say({ inputs, accepted, faults, slowest }: Report): void {
  process.stdout.write(
    `${inputs} inputs, ${accepted} accepted, ${faults} faults, slowest ${slowest.milliseconds} ms (${slowest.input})\n`,
  );
}

/** The worker: judges one input after the other; `turn` shows the main thread which. */
function work({ seed, first, count }: Settings, turn: Int32Array): void {
  const texts = corpus();
  const kinds = new Set<string>();
  let accepted = 0;
  let faults = 0;
  let slowest = { input: '', milliseconds: 0 };
  for (let index = 0; index < count; index++) {
    turn[0] = index;
    const giant = GIANTS[first + index];
    const text = giant?.() ?? input(texts, seed, first + index);
    const begun = process.cpuUsage();
    const { accepted: taken, fault } = judge(text);
    const { user, system } = process.cpuUsage(begun);
    const milliseconds = Math.round((user + system) / 1000);
    if (milliseconds > slowest.milliseconds)
      slowest = { input: `${first + index}, ${text.length} bytes`, milliseconds };
    if (taken) accepted++;
    if (fault !== undefined) {
      faults++;
      if (!kinds.has(fault)) keep(fault, text, `input ${first + index} of seed ${seed}`);
      kinds.add(fault);
    }
    const inputs = index + 1;
    if (inputs % REPORT_EVERY === 0 || inputs === count)
      parentPort?.postMessage({ inputs, accepted, faults, slowest });
  }
}

/** Damages the text whose turn it is by a random sequence of its own. */
function input(texts: readonly string[], seed: number, index: number): string {
  const random = new Random(Math.imul(seed, 0x9e3779b1) ^ index);
  const text = texts[random.below(texts.length)] ?? '';
  return damage(text, random, texts[random.below(texts.length)] ?? '');
}

function keep(fault: string, text: string, which: string): void {
  const name = `${createHash('sha256').update(fault).digest('hex').slice(0, 12)}.ll`;
  writeFileSync(join(FOUND, name), Buffer.from(text, 'latin1'));
  process.stdout.write(`${which}: ${fault}\n  kept as build/mutations/found/${name}\n`);
}

if (isMainThread) watch();
else {
  parentPort?.once('message', (turn: Int32Array) => {
    work(settings(), turn);
  });
}
