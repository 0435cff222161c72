import { join } from 'node:path';
import { run, type Outcome } from '../../programs/process.js';
import { ISOLATIONS, RUNNER, type Isolation } from '../../programs/toolchain.js';
import { expectedOutput, fixtures, type Fixture } from './fixture.js';
import { compileProgram, grantedFolder, scratchFolder } from './scratch.js';

/**
 * Bad behaviour stays inside: each program of fixtures/containment ends with the exit code and the message that it
 * names, and the host, which is the runner's process, ends in an orderly way: it is never killed by a signal.
 */
const programs = fixtures('containment');
let scratch = '';
let granted = '';

beforeAll(async () => {
  scratch = await scratchFolder('containment');
  granted = await grantedFolder(scratch);
});

function isolationsOf(fixture: Fixture): readonly Isolation[] {
  const named = fixture.directives('ISOLATE');
  return named.length === 0 ? ISOLATIONS : ISOLATIONS.filter((level) => named.includes(level));
}

async function runContained(program: string, fixture: Fixture): Promise<Outcome> {
  const options = fixture
    .directives('OPTIONS')
    .flatMap((line) => line.split(' '))
    .map((word) => word.replace('@DIR@', granted));
  const words = [...options, '--', program];
  const closed = fixture.directives('CLOSED').length > 0;
  const common = { directory: scratch, timeoutSeconds: 30 };
  return closed
    ? run({
        ...common,
        program: '/bin/sh',
        arguments: ['-c', 'exec "$@" <&-', 'sh', RUNNER, ...words],
      })
    : run({ ...common, program: RUNNER, arguments: words });
}

const cases = programs.flatMap((fixture) =>
  isolationsOf(fixture).map((isolation) => ({ name: fixture.name, isolation, fixture })),
);

test.each(cases)('$name, $isolation', async ({ name, isolation, fixture }) => {
  const program = join(scratch, `${name}.${isolation}`);
  await compileProgram(
    fixture.path,
    program,
    { kind: 'sandboxed', clang: 22, isolation, lowering: 'addr32' },
    ['-O1'],
  );
  const outcome = await runContained(program, fixture);
  const said = outcome.stderr.toString('latin1');
  const accepted = fixture
    .directives('EXIT')
    .flatMap((line) => line.split('|'))
    .map(Number);
  expect({ accepted, said, status: outcome.status }).toEqual({
    accepted,
    said,
    status: accepted.includes(outcome.status) ? outcome.status : accepted[0],
  });
  expect(outcome.stdout.toString('latin1')).toBe(expectedOutput(fixture));
  for (const message of fixture.directives('MESSAGE')) {
    if (outcome.status >= 124) expect(said).toMatch(new RegExp(message));
  }
});

test('every fixture names its exit code', () => {
  expect(programs.filter((fixture) => fixture.directives('EXIT').length !== 1)).toEqual([]);
});
