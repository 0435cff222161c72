import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isChosen } from '../programs/options.js';
import { recipes } from '../programs/recipes/index.js';
import { BUILD, RUNNER } from '../programs/toolchain.js';
import { imageIn } from '../src/verify/image/container.js';
import { prove } from '../src/verify/prove.js';
import { CONTROL_KINDS } from './control.js';
import { fileDamages, fileOutcome } from './file.js';
import { INSERTED_KINDS } from './inserted.js';
import type { Kind } from './kind.js';
import { type Loader, openLoader } from './loader.js';
import { OPERAND_KINDS } from './operands.js';
import { Tally } from './tally.js';
import { applied, type Candidate, type Trial, tryDamages } from './trial.js';
import { readVictim, type Victim } from './victim.js';

/**
 * `make damage`: damages every image that `make programs` built, systematically and at thousands of places, and shows
 * that each damaged image is refused by the verifier, or not changed in what counts; and that the loader refuses each
 * in any case, as its digest does not fit. A run that was cut off goes on where it was; an image is damaged again when
 * it, the verifier or the damages have changed. Options: --program= --way= (part of the folder's name) --places=N (a kind).
 */
const KINDS: readonly Kind[] = [...OPERAND_KINDS, ...CONTROL_KINDS, ...INSERTED_KINDS];

/** The group of all damages. */
const ALL = 'all';

/** Results of earlier runs, one file an image. */
const RESULTS = join(BUILD, 'damage', 'images');

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

/** Proves an image and stamps it, whatever verdict it has: the loader is to see one that fits. */
async function readImage(name: string, bytes: Uint8Array): Promise<Victim> {
  const proof = await prove(bytes, name);
  if (proof.kind === 'refused') throw new Error(proof.lines.join('\n'));
  if (!proof.writeStamp()) throw new Error(`${name} has no room for a verdict: build it again`);
  return readVictim(name, bytes);
}

async function damageCode(victim: Victim, places: number, tally: Tally): Promise<readonly Trial[]> {
  const candidates = KINDS.flatMap((kind, phase) =>
    spread(kind.places(victim), places, phase).map((damage): Candidate => ({ kind, damage })),
  );
  const trials = await tryDamages(victim, candidates);
  for (const { kind, outcome, damage } of trials) {
    tally.add(kind.name, outcome);
    tally.add(ALL, outcome);
    if (outcome !== 'ESCAPED') continue;
    const place = `0x${damage.address.toString(16)} <${victim.functionAt(damage.address) ?? ''}>`;
    tally.fail(`ESCAPED ${victim.name}: ${kind.name} at ${place}`);
  }
  return trials;
}

/** The loader must refuse what is not the same image, and nothing else. */
async function damageFile(
  victim: Victim,
  loader: Loader,
  places: number,
  tally: Tally,
): Promise<void> {
  for (const { part, patch } of spread(fileDamages(victim), places * 10)) {
    const damaged = applied(victim.bytes, [patch]);
    const outcome = fileOutcome(victim, damaged);
    const refusal = await loader.refusal(damaged);
    tally.add(part, refusal === undefined ? `${outcome}, loaded` : `${outcome}, not loaded`);
    tally.add(ALL, refusal === undefined ? 'equal in effect' : 'refused by the loader');
    if (refusal !== undefined || outcome === 'same image') continue;
    // The verifier refuses absurd numbers also in fields that the loader does not read: the address of the notes.
    if (outcome === 'no image' && part === 'program headers') continue;
    tally.fail(`LOADED ${victim.name}: ${part}, byte ${patch.at} = ${patch.bytes.join(' ')}`);
  }
}

/** Damaged code that the verifier never saw again: the digest is what the loader goes by. */
async function loadDamaged(
  victim: Victim,
  loader: Loader,
  trials: readonly Trial[],
  tally: Tally,
): Promise<void> {
  for (const { kind, damage } of spread(trials, Math.ceil(trials.length / LOADER_SAMPLE))) {
    const refusal = await loader.refusal(applied(victim.bytes, [damage.patch]));
    tally.add(ALL, 'given to the loader');
    if (refusal?.includes('changed after it was verified') === true) continue;
    const place = `0x${damage.address.toString(16)}`;
    tally.fail(`LOADED ${victim.name}: ${kind.name} at ${place}: ${refusal ?? ''}`);
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
  await mkdir(RESULTS, { recursive: true });
  const loader = await openLoader();
  const total = new Tally();
  for (const program of programs) {
    const { tally, kept } = await damageProgram(program, loader, places);
    total.addAll(tally);
    const verdict = tally.failures.length === 0 ? 'ok  ' : 'FAIL';
    console.log(
      [`${verdict} ${program.name}: ${tally.describe(ALL)}${kept}`, ...tally.failures].join('\n'),
    );
  }
  await loader.close();
  await writeReport(total, programs.length);
  console.log(
    `${programs.length} images: ${total.describe(ALL)}; ${total.failures.length} escaped`,
  );
  return total.failures.length === 0 ? 0 : 1;
}

/** Damages a program's image, or finds what became of it when this program last damaged the same image. */
async function damageProgram(
  program: Program,
  loader: Loader,
  places: number,
): Promise<{ readonly tally: Tally; readonly kept: string }> {
  const bytes = Uint8Array.from(imageIn(await readFile(program.path)));
  const key = await keyOf(bytes, places);
  const file = join(RESULTS, program.name.replaceAll(/[/ ]/g, '.'));
  const found = await Tally.read(file, key);
  if (found !== undefined) return { tally: found, kept: ' (an earlier run)' };
  const tally = new Tally();
  const victim = await readImage(program.name, bytes);
  const trials = await damageCode(victim, places, tally);
  await loadDamaged(victim, loader, trials, tally);
  await damageFile(victim, loader, places, tally);
  await tally.write(file, key);
  return { tally, kept: '' };
}

/** What an outcome rests on: the image, the number of places, this program with the verifier in it, the loader. */
async function keyOf(image: Uint8Array, places: number): Promise<string> {
  const hash = createHash('sha256').update(image).update(String(places));
  for (const part of [fileURLToPath(import.meta.url), RUNNER]) hash.update(await readFile(part));
  return hash.digest('hex');
}

async function writeReport(total: Tally, images: number): Promise<void> {
  const lines = total.groups
    .filter((group) => group !== ALL)
    .map((group) => {
      const kind = KINDS.find(({ name }) => name === group);
      return `${group.padEnd(48)} ${total.describe(group)}${kind === undefined ? '' : `  (${kind.why})`}`;
    });
  const text = `${images} images: ${total.describe(ALL)}\n\n${lines.join('\n')}\n`;
  await writeFile(join(BUILD, 'damage', 'report.txt'), text);
}

process.exitCode = await main(process.argv.slice(2));
