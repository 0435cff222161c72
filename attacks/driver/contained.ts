import { readFileSync } from 'node:fs';
import { run } from '../../programs/process.js';
import { RUNNER } from '../../programs/toolchain.js';
import { type Builder, PROGRAM_BUILDER, SERVICE } from './build.js';
import { isLibrary, LIBRARY_BUILDER } from './library.js';
import type { Attack, AttackProgram } from './program.js';
import { stage, type Sighting } from './stage.js';
import { judgeContained, judgeControl, type Problem } from './verdict.js';

export interface Result {
  /** `class/file/name` of each attack that was tried. */
  readonly attacks: readonly string[];
  readonly problems: readonly Problem[];
  /** How many attacks have a control that escaped. */
  readonly controls: number;
  readonly skipped: readonly string[];
}

/** Which builds of a program are tried. */
export interface Breadth {
  readonly allBuilds: boolean;
}

function cpuFlags(): ReadonlySet<string> {
  const line = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'latin1'));
  return new Set(line?.[1]?.trim().split(' '));
}

/** Why the machine cannot try the attacks; undefined when it can. */
async function whatIsMissing({ cpu, backend }: AttackProgram): Promise<string | undefined> {
  const flags = cpuFlags();
  const features = cpu.filter((feature) => !flags.has(feature));
  if (features.length > 0) return `this processor has no ${features.join(', ')}`;
  if (backend === undefined) return undefined;
  const words = ['--accept-unverified', '--backend=emulated', '--grant=none', SERVICE];
  const stderr = (await run({ program: RUNNER, arguments: words })).stderr.toString('latin1');
  return stderr.includes('the emulated backend needs') ? stderr.trimEnd() : undefined;
}

/** Attacks in C: in every build contained, unconfined not. */
export async function tryProgram(program: AttackProgram, breadth: Breadth): Promise<Result> {
  const attacks = program.attacks.map(({ name }) => `${program.name}/${name}`);
  const missing = await whatIsMissing(program);
  if (missing !== undefined) {
    return { attacks: [], problems: [], controls: 0, skipped: [`${program.name}: ${missing}`] };
  }
  const problems: Problem[] = [];
  const builder = isLibrary(program) ? LIBRARY_BUILDER : PROGRAM_BUILDER;
  const host = await builder.host(program);
  const environment = program.backend === undefined ? {} : { ATTACK_BACKEND: program.backend };
  for (const { isolation, level } of buildsOf(program, breadth)) {
    const image = await builder.image(program, isolation, level);
    const build = `${isolation} ${level}`;
    const sightings = await stage(host, image, names(program.attacks), environment);
    problems.push(
      ...pairs(program.attacks, sightings).flatMap(([attack, sighting]) =>
        judgeContained(attack, `${program.name}/${attack.name}`, build, sighting),
      ),
    );
  }
  const controlled = program.attacks.filter(({ control }) => control.kind === 'escapes');
  problems.push(...(await tryControl(program, controlled, builder)));
  return { attacks, problems, controls: controlled.length, skipped: [] };
}

async function tryControl(
  program: AttackProgram,
  controlled: readonly Attack[],
  builder: Builder,
): Promise<readonly Problem[]> {
  if (controlled.length === 0) return [];
  const control = await builder.control(program);
  const sightings = await stage(control, SERVICE, names(controlled));
  return pairs(controlled, sightings).flatMap(([attack, sighting]) =>
    judgeControl(`${program.name}/${attack.name}`, sighting),
  );
}

function buildsOf(program: AttackProgram, breadth: Breadth) {
  const all = program.isolations.flatMap((isolation) =>
    program.levels.map((level) => ({ isolation, level })),
  );
  return breadth.allBuilds ? all : all.slice(-1);
}

function names(attacks: readonly Attack[]): readonly string[] {
  return attacks.map(({ name }) => name);
}

function pairs(
  attacks: readonly Attack[],
  sightings: readonly Sighting[],
): readonly (readonly [Attack, Sighting])[] {
  return attacks.map((attack, index) => {
    const sighting = sightings[index];
    if (sighting?.name !== attack.name) throw new Error(`no result of ${attack.name}`);
    return [attack, sighting];
  });
}
