import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { must, type Command } from '../../programs/process.js';
import { BUILD, compiler, ROOT, type Isolation } from '../../programs/toolchain.js';
import { ATTACKS, type AttackProgram } from './program.js';

export const FOLDER = join(BUILD, 'attacks');
export const SERVICE = join(FOLDER, 'service.image');
export const HOST = join(FOLDER, 'attack-host');

export const HOST_FLAGS = [
  '-std=c17',
  '-D_GNU_SOURCE',
  '-Wall',
  '-Wextra',
  '-Werror',
  '-O1',
  '-g',
  '-fno-pic',
];
export const CONTROL_FLAGS = [
  '-D_GNU_SOURCE',
  '-DCONTROL',
  '-w',
  '-fno-pic',
  '-fcf-protection=none',
  '-fno-stack-protector',
];
const HOST_SOURCES = hostSources('host');
const RUNTIME = [`-I${join(ROOT, 'runtime/host')}`, '-static'];
const LIBRARY = join(BUILD, 'host/libtmebox.a');
export const CLANG = 'clang-22';
/** What hosts are linked with. */
export const LINKED = [...RUNTIME, LIBRARY];

/** C files of a host, with those that all hosts share. */
export function hostSources(...own: readonly string[]): readonly string[] {
  return [...own, 'stage', 'secrets'].map((name) => join(ATTACKS, `host/${name}.c`));
}

/** How a kind of attacks is built: each function returns the path of what it made. */
export interface Builder {
  /** The host that runs images of the program. */
  readonly host: (program: AttackProgram) => Promise<string>;
  /** The attacks as a sandbox image. */
  readonly image: (program: AttackProgram, isolation: Isolation, level: string) => Promise<string>;
  /** A host with the attacks inside, unconfined. */
  readonly control: (program: AttackProgram) => Promise<string>;
}

/** tbx-cc with the words that make a bare image. */
export function imageCommand(
  isolation: Isolation,
  words: readonly string[],
  output: string,
): Command {
  mkdirSync(dirname(output), { recursive: true });
  const [program = '', ...first] = compiler({
    kind: 'sandboxed',
    clang: 22,
    isolation,
    lowering: 'addr32',
  }).split(' ');
  return {
    program,
    arguments: [...first, '-ftbx-image', '-w', '-D_GNU_SOURCE', ...words, '-o', output],
  };
}

/** The host that runs attacks, and what its other sandboxes do. */
export async function buildHost(): Promise<void> {
  mkdirSync(FOLDER, { recursive: true });
  await must({
    program: CLANG,
    arguments: [...HOST_FLAGS, ...RUNTIME, ...HOST_SOURCES, LIBRARY, '-o', HOST],
  });
  await must(imageCommand('code+data', ['-O1', join(ATTACKS, 'host/service.c')], SERVICE));
}

async function buildImage(
  program: AttackProgram,
  isolation: Isolation,
  level: string,
): Promise<string> {
  const image = join(FOLDER, `${program.name}.${isolation}${level}.image`);
  const words = [level, ...program.flags, program.path, join(ATTACKS, 'attack.c'), '-lm'];
  await must(imageCommand(isolation, words, image));
  return image;
}

async function buildControl(program: AttackProgram): Promise<string> {
  const control = join(FOLDER, `${program.name}.control`);
  mkdirSync(dirname(control), { recursive: true });
  const objects = [program.path, join(ATTACKS, 'attack.c')].map((source, index) => ({
    source,
    object: `${control}.${index}.o`,
  }));
  for (const { source, object } of objects) {
    const flags = [...CONTROL_FLAGS, ...program.flags, ...program.controlFlags];
    await must({ program: CLANG, arguments: [...flags, '-c', source, '-o', object] });
  }
  const linked = [...HOST_SOURCES, ...objects.map(({ object }) => object), LIBRARY, '-lm'];
  await must({
    program: CLANG,
    arguments: [...HOST_FLAGS, '-DCONTROL', ...RUNTIME, ...linked, '-o', control],
  });
  return control;
}

/** Attacks that are programs; {@link buildHost} has made their host. */
export const PROGRAM_BUILDER: Builder = {
  host: () => Promise.resolve(HOST),
  image: buildImage,
  control: buildControl,
};
