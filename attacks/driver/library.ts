import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must } from '../../programs/process.js';
import type { Isolation } from '../../programs/toolchain.js';
import {
  type Builder,
  CLANG,
  CONTROL_FLAGS,
  FOLDER,
  HOST_FLAGS,
  hostSources,
  imageCommand,
  LINKED,
} from './build.js';
import type { AttackProgram } from './program.js';

const HOST_SOURCES = hostSources('library', 'boxes');
const CONTROL_SOURCES = hostSources('library', 'linked');

/** Whether the attacks of a program are on the host of a library: its file has both sides. */
export function isLibrary(program: AttackProgram): boolean {
  return program.name.startsWith('library/');
}

async function buildHost(program: AttackProgram): Promise<string> {
  const host = join(FOLDER, `${program.name}.host`);
  mkdirSync(dirname(host), { recursive: true });
  await must({
    program: CLANG,
    arguments: [...HOST_FLAGS, ...HOST_SOURCES, program.path, ...LINKED, '-o', host],
  });
  return host;
}

async function buildImage(
  program: AttackProgram,
  isolation: Isolation,
  level: string,
): Promise<string> {
  const image = join(FOLDER, `${program.name}.${isolation}${level}.image`);
  const words = ['-ftbx-library', '-DGUEST', level, ...program.flags, program.path];
  await must(imageCommand(isolation, words, image));
  return image;
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
      ...CONTROL_SOURCES,
      program.path,
      object,
      ...LINKED,
      '-o',
      control,
    ],
  });
  return control;
}

/** Attacks that are libraries: their hosts are of one file each. */
export const LIBRARY_BUILDER: Builder = {
  host: buildHost,
  image: buildImage,
  control: buildControl,
};
