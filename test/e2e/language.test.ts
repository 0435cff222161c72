import { join } from 'node:path';
import { run } from '../../programs/process.js';
import { ISOLATIONS, type Toolchain } from '../../programs/toolchain.js';
import { expectedOutput, fixtures } from './fixture.js';
import { compileProgram, scratchFolder } from './scratch.js';

/**
 * The C language and its library inside a sandbox: every program of fixtures/programs prints what it says it prints,
 * natively and sandboxed. Each level of optimisation takes one isolation level, in turn; TBX_TEST_ALL=1 takes both,
 * and clang 19 too.
 */
const LEVELS = ['-O0', '-O1', '-O2', '-O3'] as const;
const all = process.env['TBX_TEST_ALL'] === '1';
let scratch = '';

beforeAll(async () => {
  scratch = await scratchFolder('language');
});

interface Case {
  readonly level: string;
  readonly toolchain: Toolchain;
  readonly as: string;
}

function casesOf(index: number): readonly Case[] {
  const native: Case = { level: '-O2', toolchain: { kind: 'native', clang: 22 }, as: 'native' };
  const sandboxed = LEVELS.flatMap((level, i) =>
    ISOLATIONS.filter((_, k) => all || (index + i + k) % 2 === 0).flatMap((isolation) =>
      ([22, 19] as const)
        .filter((clang) => all || clang === 22)
        .map((clang) => ({
          level,
          toolchain: { kind: 'sandboxed' as const, clang, isolation, lowering: 'addr32' as const },
          as: `${isolation}, clang ${clang}`,
        })),
    ),
  );
  return [native, ...sandboxed];
}

const cases = fixtures('programs').flatMap((fixture, index) =>
  casesOf(index).map((one) => ({ ...one, name: fixture.name, fixture })),
);

test.each(cases)('$name $level $as', async ({ name, level, as, toolchain, fixture }) => {
  const program = join(scratch, `${name}${level}.${as.replaceAll(/[ ,]+/g, '.')}`);
  await compileProgram(fixture.path, program, toolchain, [level]);
  const outcome = await run({ program, arguments: [], directory: scratch, timeoutSeconds: 60 });
  expect({
    status: outcome.status,
    stdout: outcome.stdout.toString('latin1'),
  }).toEqual({
    status: Number(fixture.directives('EXPECT-EXIT')[0]),
    stdout: expectedOutput(fixture),
  });
});
