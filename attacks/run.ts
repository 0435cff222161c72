import { pooled } from '../programs/process.js';
import { buildHost } from './driver/build.js';
import { tryProgram, type Result } from './driver/contained.js';
import { buildCommon, tryImage } from './driver/images.js';
import { tryObjects } from './driver/objects.js';
import { readParts, tryCompiling } from './driver/refusals.js';
import { tryTampering } from './driver/tampering.js';
import { filesOfClasses, readProgram } from './driver/program.js';

/** `attacks/run.ts [WORD…]`: tries all attacks, or those in files whose name contains a word. */
async function main(words: readonly string[]): Promise<number> {
  const wanted = (file: string): boolean =>
    words.length === 0 || words.some((word) => file.includes(word));
  await buildHost();
  const programs = filesOfClasses('.c')
    .filter(wanted)
    .map(readProgram)
    .filter(({ attacks }) => attacks.length > 0);
  const refused = [...filesOfClasses('.c'), ...filesOfClasses('.ll')]
    .filter(wanted)
    .flatMap(readParts);
  const tasks = programs.map((program) => async () => {
    try {
      return await tryProgram(program, { allBuilds: true });
    } catch (error) {
      return notBuilt(program.name, error);
    }
  });
  const images = filesOfClasses('.s').filter(wanted).flatMap(readParts);
  if (images.length > 0) await buildCommon();
  const tampering = wanted('tampered') ? [() => tryTampering()] : [];
  const objects = wanted('objects') ? [() => tryObjects()] : [];
  const compiled = refused.map((part) => () => tryCompiling(part));
  const results = await pooled(
    [
      ...tasks,
      ...compiled,
      ...tampering,
      ...objects,
      ...images.map((part) => () => tryImage(part)),
    ],
    2,
    (task) => task(),
  );
  return report(results);
}

/** An attack that cannot be tried must not pass for one that failed. */
function notBuilt(name: string, error: unknown): Result {
  const text = error instanceof Error ? error.message : String(error);
  return {
    attacks: [],
    problems: [{ attack: name, build: 'any', kind: 'build', text }],
    controls: 0,
    skipped: [],
  };
}

function report(results: readonly Result[]): number {
  const attacks = results.flatMap((result) => result.attacks);
  const problems = results.flatMap((result) => result.problems);
  for (const text of results.flatMap((result) => result.skipped)) console.log(`skipped ${text}`);
  for (const { kind, attack, build, text } of problems) {
    console.log(`${kind}: ${attack} (${build}): ${text}`);
  }
  const classes = new Map<string, number>();
  for (const attack of attacks) {
    const name = attack.replace(/\/.*/, '');
    classes.set(name, (classes.get(name) ?? 0) + 1);
  }
  for (const [name, count] of classes) console.log(`${name}: ${count} attacks`);
  const controls = results.reduce((sum, result) => sum + result.controls, 0);
  const escaped = new Set(problems.filter(({ kind }) => kind === 'escape').map((p) => p.attack));
  console.log(`${controls} of them were tried unconfined as well`);
  if (problems.length > escaped.size) console.log(`${problems.length} problems`);
  console.log(`${attacks.length} attacks, ${escaped.size} escapes`);
  return problems.length === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
