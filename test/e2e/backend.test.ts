import { join } from 'node:path';
import { type Outcome, run } from '../../programs/process.js';
import { ROOT } from '../../programs/toolchain.js';
import { MACHINE_IMAGE, whyNoEmulation } from '../host/build.js';
import { expectedOutput, fixtures } from './fixture.js';
import { compileProgram, scratchFolder } from './scratch.js';

/** Real programs do the same whatever stands behind their memory: `tme-box run --backend=`. */
const PROGRAMS = ['memory', 'setjmp', 'standard_library'];
const cannot = whyNoEmulation();
if (cannot !== undefined)
  console.warn(`programs under the emulated backend are skipped: ${cannot}`);

const programs = fixtures('programs').filter(({ name }) => PROGRAMS.includes(name));
let scratch = '';

beforeAll(async () => {
  scratch = await scratchFolder('backend');
});

function runBehind(backend: string, program: string): Promise<Outcome> {
  const words = ['run', '--accept-unverified', `--backend=${backend}`, program];
  const tool = join(ROOT, 'bin', 'tme-box');
  return run({ program: tool, arguments: words, directory: scratch, timeoutSeconds: 60 });
}

(cannot === undefined ? test : test.skip).each(programs)(
  '$name under the emulated backend',
  async (fixture) => {
    const program = join(scratch, fixture.name);
    await compileProgram(
      fixture.path,
      program,
      { kind: 'sandboxed', clang: 22, isolation: 'code+data', lowering: 'addr32' },
      ['-O2'],
    );
    const { status, stdout } = await runBehind('emulated', program);
    expect({ status, stdout: stdout.toString('latin1') }).toEqual({
      status: Number(fixture.directives('EXPECT-EXIT')[0]),
      stdout: expectedOutput(fixture),
    });
  },
);

test('a backend that does not exist is refused', async () => {
  const { status, stderr } = await runBehind('none', MACHINE_IMAGE);
  expect(status).toBe(125);
  expect(stderr.toString('latin1')).toContain('unknown backend "none": plain, emulated or device');
});
