import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { isChosen } from '../programs/options.js';
import { recipes } from '../programs/recipes/index.js';
import { BUILD } from '../programs/toolchain.js';
import { imageIn } from '../src/verify/image/container.js';
import { prove } from '../src/verify/prove.js';
import { CONTROL_KINDS } from './control.js';
import { fileDamages, fileOutcome } from './file.js';
import { INSERTED_KINDS } from './inserted.js';
import type { Kind } from './kind.js';
import { type Loader, openLoader } from './loader.js';
import { OPERAND_KINDS } from './operands.js';
import { applied, type Candidate, type Trial, tryDamages } from './trial.js';
import { readVictim, type Victim } from './victim.js';

/**
 * `make damage`: damages every image that `make programs` built, systematically and at thousands of places, and shows
 * that each damaged image is refused by the verifier, or not changed in what counts; and that the loader refuses each
 * in any case, as its digest does not fit. Options: --program= --way= (part of the folder's name) --places=N (a kind).
 */
const KINDS: readonly Kind[] = [...OPERAND_KINDS, ...CONTROL_KINDS, ...INSERTED_KINDS];

/** Damaged images that are also given to the C loader, one in this many. */
const LOADER_SAMPLE = 100;

interface Program {
  readonly name: string;
  readonly path: string;
}

interface Options {
  readonly program?: readonly string[];
  /** Parts of the names of ways to build. */
  readonly way?: readonly string[];
}

function findPrograms(options: Options): readonly Program[] {
  const isWay = (way: string): boolean => options.way?.some((part) => way.includes(part)) ?? true;
  return recipes
    .filter(({ name }) => isChosen(options.program, name))
    .flatMap(({ name, programs }) => {
      const folder = join(BUILD, 'programs', name);
      const ways = existsSync(folder) ? readdirSync(folder) : [];
      return ways
        .filter((way) => /^(data|code\+data)\.addr32\./.test(way) && isWay(way))
        .flatMap((way) =>
          programs
            .map((program) => ({
              name: `${name}/${program} ${way}`,
              path: join(folder, way, program),
            }))
            .filter(({ path }) => existsSync(path)),
        );
    });
}

/** Every n-th, so that `count` are left; with another `phase` other ones. */
function spread<Item>(items: readonly Item[], count: number, phase = 0): readonly Item[] {
  const step = items.length / count;
  if (step <= 1) return items;
  // The golden ratio: phases one after the other lie far apart.
  const from = (phase * 0.618) % 1;
  return Array.from({ length: count }, (_, n) => items[Math.floor((n + from) * step)]).flatMap(
    (item) => (item === undefined ? [] : [item]),
  );
}

/** Counts by words, for the report. */
class Tally {
  readonly #counts = new Map<string, number>();

  add(key: string, count = 1): void {
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + count);
  }

  of(key: string): number {
    return this.#counts.get(key) ?? 0;
  }

  toString(): string {
    return [...this.#counts].map(([key, count]) => `${count} ${key}`).join(', ');
  }
}

/** Reads the image of a program and stamps it, whatever verdict it has: the loader is to see one that fits. */
async function readImageOf({ name, path }: Program): Promise<Victim> {
  const bytes = Uint8Array.from(imageIn(await readFile(path)));
  const proof = await prove(bytes, name);
  if (proof.kind === 'refused') throw new Error(proof.lines.join('\n'));
  if (!proof.writeStamp()) throw new Error(`${name} has no room for a verdict: build it again`);
  return readVictim(name, bytes);
}

interface Report {
  readonly total: Tally;
  readonly byKind: Map<string, Tally>;
  failures: number;
}

async function damageCode(
  victim: Victim,
  places: number,
  report: Report,
): Promise<readonly Trial[]> {
  const candidates = KINDS.flatMap((kind, phase) =>
    spread(kind.places(victim), places, phase).map((damage): Candidate => ({ kind, damage })),
  );
  const trials = await tryDamages(victim, candidates);
  for (const { kind, outcome, damage } of trials) {
    const tally = report.byKind.get(kind.name) ?? new Tally();
    report.byKind.set(kind.name, tally);
    tally.add(outcome);
    report.total.add(outcome);
    if (outcome !== 'ESCAPED') continue;
    report.failures++;
    const place = `0x${damage.address.toString(16)} <${victim.functionAt(damage.address) ?? ''}>`;
    console.log(`ESCAPED ${victim.name}: ${kind.name} at ${place}`);
  }
  return trials;
}

/** The loader must refuse what is not the same image, and nothing else. */
async function damageFile(
  victim: Victim,
  loader: Loader,
  places: number,
  report: Report,
): Promise<void> {
  for (const { part, patch } of spread(fileDamages(victim), places * 10)) {
    const damaged = applied(victim.bytes, [patch]);
    const outcome = fileOutcome(victim, damaged);
    const refusal = await loader.refusal(damaged);
    const tally = report.byKind.get(part) ?? new Tally();
    report.byKind.set(part, tally);
    tally.add(refusal === undefined ? `${outcome}, loaded` : `${outcome}, not loaded`);
    report.total.add(refusal === undefined ? 'equal in effect' : 'refused by the loader');
    if (refusal !== undefined || outcome === 'same image') continue;
    // The verifier refuses absurd numbers also in fields that the loader does not read: the address of the notes.
    if (outcome === 'no image' && part === 'program headers') continue;
    report.failures++;
    console.log(`LOADED ${victim.name}: ${part}, byte ${patch.at} = ${patch.bytes.join(' ')}`);
  }
}

/** Damaged code that the verifier never saw again: the digest is what the loader goes by. */
async function loadDamaged(
  victim: Victim,
  loader: Loader,
  trials: readonly Trial[],
  report: Report,
): Promise<void> {
  for (const { kind, damage } of spread(trials, Math.ceil(trials.length / LOADER_SAMPLE))) {
    const refusal = await loader.refusal(applied(victim.bytes, [damage.patch]));
    report.total.add('given to the loader');
    if (refusal?.includes('changed after it was verified') === true) continue;
    report.failures++;
    console.log(
      `LOADED ${victim.name}: ${kind.name} at 0x${damage.address.toString(16)}: ${refusal ?? ''}`,
    );
  }
}

async function main(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      program: { type: 'string', multiple: true },
      way: { type: 'string', multiple: true },
      places: { type: 'string', default: '60' },
    },
  });
  const places = Number(values.places);
  const programs = findPrograms(values);
  if (programs.length === 0) {
    console.error(
      `NOTHING WAS TESTED: no program under ${join('build', 'programs')}; run 'make programs' first`,
    );
    return 2;
  }
  const loader = await openLoader();
  const report: Report = { total: new Tally(), byKind: new Map(), failures: 0 };
  for (const program of programs) {
    const victim = await readImageOf(program);
    const before = report.failures;
    const trials = await damageCode(victim, places, report);
    await loadDamaged(victim, loader, trials, report);
    await damageFile(victim, loader, places, report);
    console.log(
      `${report.failures === before ? 'ok  ' : 'FAIL'} ${program.name}: ${trials.length} damages of its code`,
    );
  }
  await loader.close();
  await writeReport(report, programs.length);
  console.log(`${programs.length} images: ${report.total.toString()}; ${report.failures} escaped`);
  return report.failures === 0 ? 0 : 1;
}

async function writeReport({ byKind, total }: Report, images: number): Promise<void> {
  const lines = [...byKind].map(([name, tally]) => {
    const kind = KINDS.find((one) => one.name === name);
    return `${name.padEnd(48)} ${tally.toString()}${kind === undefined ? '' : `  (${kind.why})`}`;
  });
  await mkdir(join(BUILD, 'damage'), { recursive: true });
  const text = `${images} images: ${total.toString()}\n\n${lines.join('\n')}\n`;
  await writeFile(join(BUILD, 'damage', 'report.txt'), text);
}

process.exitCode = await main(process.argv.slice(2));
