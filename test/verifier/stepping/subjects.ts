/** The programs that are single-stepped: those of fixtures/programs, and what `make programs` has built. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from '../../../programs/process.js';
import { recipes } from '../../../programs/recipes/index.js';
import { BUILD, ISOLATIONS, RUNNER, type Toolchain } from '../../../programs/toolchain.js';
import { useCommand } from '../../../programs/use.js';
import { fixtures } from '../../e2e/fixture.js';
import { compileProgram } from '../../e2e/scratch.js';

/** A program, and the ways in which it is run. */
export interface Subject {
  readonly name: string;
  /** What tbx-cc linked. */
  readonly program: string;
  readonly commands: readonly Command[];
}

const LEVELS = ['-O0', '-O1', '-O2', '-O3', '-Os'] as const;

/** The programs of fixtures/programs, each built at one level of optimisation and of isolation, in turn. */
export async function* smallPrograms(folder: string, only: string): AsyncGenerator<Subject, void> {
  for (const [index, { name, path }] of fixtures('programs').entries()) {
    const level = LEVELS[index % LEVELS.length] ?? '-O2';
    const isolation = ISOLATIONS[index % ISOLATIONS.length] ?? 'code+data';
    const toolchain: Toolchain = { kind: 'sandboxed', clang: 22, isolation, lowering: 'addr32' };
    const program = join(folder, `${name}${level}`);
    const title = `${name} ${isolation} ${level}`;
    if (!title.includes(only)) continue;
    await compileProgram(path, program, toolchain, [level]);
    const command = { program: RUNNER, arguments: ['--', program], directory: folder };
    yield { name: title, program, commands: [command] };
  }
}

/** What `make programs` built in ways of which the folder's name has `way` in it, and uses of it. */
export async function* realPrograms(
  folder: string,
  way: string,
  only: string,
): AsyncGenerator<Subject, void> {
  for (const { name, uses, programs } of recipes) {
    const builds = join(BUILD, 'programs', name);
    const ways = existsSync(builds) ? readdirSync(builds) : [];
    for (const build of ways.filter((other) => other.includes('.addr32.') && other.includes(way))) {
      const directory = join(builds, build);
      const out = join(folder, 'out');
      await mkdir(out, { recursive: true });
      for (const program of programs.filter((file) => existsSync(join(directory, file)))) {
        const isolation = build.startsWith('data.') ? 'data' : 'code+data';
        const toolchain: Toolchain = {
          kind: 'sandboxed',
          clang: 22,
          isolation,
          lowering: 'addr32',
        };
        const title = `${name}/${program} ${build}`;
        if (!title.includes(only)) continue;
        const own = uses.filter((use) => use.program === program);
        yield {
          name: title,
          program: join(directory, program),
          commands: own.map((use) => useCommand(use, directory, out, toolchain)),
        };
      }
    }
  }
}
