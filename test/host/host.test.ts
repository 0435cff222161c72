/**
 * The C tests of the host runtime, each a jest test of its own. They are built here by runtime/host/Makefile, plain
 * and, where a compiler has them, with address and undefined-behaviour sanitizers.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BUILD, build, LIBRARY_IMAGE, MACHINE_IMAGE, whyNoEmulation } from './build.js';

build('all', 'tests');

/** What a test program said of one of its tests: `ok NAME` or `not ok NAME: why`. */
interface Line {
  readonly name: string;
  readonly passed: boolean;
  readonly text: string;
}

interface ProgramRun {
  readonly lines: readonly Line[];
  /** Why the program ran no test, if it did not: this machine lacks what it needs. */
  readonly skipped: string | undefined;
  /** How the program ended; a failed test makes it 1, and a crash is a signal's name. */
  readonly end: number | string;
  readonly errors: string;
}

function runProgram(path: string, backend: Backend): ProgramRun {
  const { status, signal, stdout, stderr } = spawnSync(path, [], {
    encoding: 'latin1',
    env: {
      ...process.env,
      MACHINE_IMAGE,
      LIBRARY_IMAGE,
      ...(backend === 'plain' ? {} : { TBX_TEST_BACKEND: backend }),
    },
    timeout: 120_000,
  });
  const lines = stdout.split('\n').flatMap((text): Line[] => {
    const match = /^(not )?ok (\w+)/.exec(text);
    const name = match?.[2];
    return name === undefined ? [] : [{ name, passed: match?.[1] === undefined, text }];
  });
  const skipped = /^skipped all: (.*)$/m.exec(stdout)?.[1];
  return { lines, skipped, end: status ?? signal ?? 'unknown', errors: stderr };
}

/** What TBX_TEST_BACKEND says: `one-key` is the emulated one with a single KeyID for all sandboxes. */
type Backend = 'plain' | 'emulated' | 'one-key';

/** Those that make sandboxes run under the emulated backend too. */
const WITH_SANDBOXES = [
  'call_test',
  'edge_test',
  'grant_test',
  'library_test',
  'limits_test',
  'memory_test',
  'misuse_test',
  'refusal_test',
  'region_test',
  'registers_test',
  'remains_test',
  'run_test',
];

function programsIn(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((file) => file.endsWith('_test'));
}

describe.each([
  ['plain', 'plain', join(BUILD, 'test')],
  ['sanitized', 'plain', join(BUILD, 'sanitized')],
  ['emulated', 'emulated', join(BUILD, 'test')],
  ['emulated with one KeyID', 'one-key', join(BUILD, 'test')],
] as const)('%s', (kind, backend, folder) => {
  const programs = programsIn(folder).filter(
    (program) => backend === 'plain' || WITH_SANDBOXES.includes(program),
  );
  if (kind === 'plain') {
    test('all test programs are there', () => {
      const names = [
        'backend',
        'call',
        'device',
        'edge',
        'elf',
        'grant',
        'library',
        'limits',
        'memory',
        'misuse',
        'platform',
        'pool',
        'random',
        'refusal',
        'region',
        'registers',
        'remains',
        'run',
        'sha256',
        'step',
        'verdict',
      ];
      expect(programs).toEqual(names.map((name) => `${name}_test`));
    });
  }
  for (const program of programs) {
    describe(program, () => {
      const run = runProgram(join(folder, program), backend);
      if (run.skipped !== undefined) {
        console.warn(`${program} is skipped: ${run.skipped}`);
        test.skip('all of it', () => undefined);
        return;
      }
      test.each(run.lines.map((line): [string, Line] => [line.name, line]))('%s', (_, line) => {
        expect(line).toEqual({ ...line, passed: true });
      });
      test('ends well', () => {
        expect({ end: run.end, errors: run.errors }).toEqual({ end: 0, errors: '' });
        expect(run.lines.length).toBeGreaterThan(0);
      });
    });
  }
});

const cannotEmulate = whyNoEmulation();
const soaks: readonly (readonly string[])[] = [
  ['4'],
  ...(cannotEmulate === undefined ? [['2', 'emulated']] : []),
];
if (cannotEmulate !== undefined) {
  console.warn(`the emulated soak is skipped: ${cannotEmulate}`);
  test.skip('nothing is left behind under the emulated backend', () => undefined);
}

test.each(soaks)(
  'threads that do everything to sandboxes leave nothing behind: %s %s',
  (...words) => {
    const { status, stdout, stderr } = spawnSync(
      join(BUILD, 'test', 'soak'),
      [LIBRARY_IMAGE, ...words],
      { encoding: 'latin1' },
    );
    expect(`${stderr}${stdout}`).toContain(' 0 wrong\n'); // what is wrong is on standard error
    expect(status).toBe(0);
  },
);
