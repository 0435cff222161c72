import { join } from 'node:path';
import { must } from '../../programs/process.js';
import type { Isolation } from '../../programs/toolchain.js';
import { CLANG, CONTROL_FLAGS, FOLDER, HOST_FLAGS, imageCommand, LINKED } from './build.js';
import { judgePairs, names, type Result } from './contained.js';
import { ATTACKS, type AttackProgram } from './program.js';
import { stage } from './stage.js';
import { judgeContained, judgeControl, type Problem } from './verdict.js';

const HARNESS = ['library', 'secrets'].map((name) => join(ATTACKS, `host/${name}.c`));

/** Whether the attacks of a program are on the host of a library: its file has both sides. */
export function isLibrary(program: AttackProgram): boolean {
  return program.name.startsWith('library/');
}

/** Attacks of a library on its host: contained where it is in sandboxes, and not where it is linked in. */
export async function tryLibrary(program: AttackProgram): Promise<Result> {
  const problems: Problem[] = [];
  for (const isolation of program.isolations) {
    for (const level of program.levels) {
      problems.push(...(await tryBuild(program, isolation, level)));
    }
  }
  const controlled = program.attacks.filter(({ control }) => control.kind === 'escapes');
  if (controlled.length > 0) {
    const control = await buildControl(program);
    const sightings = await stage(control, control, names(controlled));
    problems.push(
      ...judgePairs(controlled, sightings, (attack, sighting) =>
        judgeControl(`${program.name}/${attack.name}`, sighting),
      ),
    );
  }
  const attacks = program.attacks.map(({ name }) => `${program.name}/${name}`);
  return { attacks, problems, controls: controlled.length, skipped: [] };
}

async function tryBuild(
  program: AttackProgram,
  isolation: Isolation,
  level: string,
): Promise<readonly Problem[]> {
  const image = join(FOLDER, `${program.name}.${isolation}${level}.image`);
  const words = ['-ftbx-library', '-DGUEST', level, ...program.flags, program.path];
  await must(imageCommand(isolation, words, image));
  const host = join(FOLDER, `${program.name}.host`);
  await must({
    program: CLANG,
    arguments: [...HOST_FLAGS, ...HARNESS, program.path, ...LINKED, '-o', host],
  });
  const sightings = await stage(host, image, names(program.attacks));
  return judgePairs(program.attacks, sightings, (attack, sighting) =>
    judgeContained(attack, `${program.name}/${attack.name}`, `${isolation} ${level}`, sighting),
  );
}

/** Both sides in one process. */
async function buildControl(program: AttackProgram): Promise<string> {
  const control = join(FOLDER, `${program.name}.control`);
  const object = `${control}.o`;
  const flags = [...CONTROL_FLAGS, ...program.flags, ...program.controlFlags];
  await must({
    program: CLANG,
    arguments: [...flags, '-DGUEST', '-c', program.path, '-o', object],
  });
  await must({
    program: CLANG,
    arguments: [
      ...HOST_FLAGS,
      '-DCONTROL',
      ...HARNESS,
      program.path,
      object,
      ...LINKED,
      '-o',
      control,
    ],
  });
  return control;
}
