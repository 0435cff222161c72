/** tbx-run and linked programs from outside: options, exit codes, messages, the report. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD, build, MACHINE_IMAGE as IMAGE } from './build.js';

const RUNNER = join(BUILD, 'tbx-run');

build('all', IMAGE);

const COMPILER = execFileSync(
  'sh',
  ['-c', 'command -v clang-22 || command -v clang-19 || command -v cc'],
  {
    encoding: 'utf8',
  },
).trim();

const folder = mkdtempSync(join(tmpdir(), 'tbx-runner-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
}

function start(
  program: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Ended {
  const { status, stdout, stderr } = spawnSync(program, words, {
    encoding: 'latin1',
    // The image of the tests does on purpose what no verifier lets pass.
    env: { ...process.env, TBX_ACCEPT_UNVERIFIED: '1', ...environment },
    timeout: 20_000,
  });
  return { status, output: stdout, errors: stderr };
}

/** Links a program as tbx-cc does: the runner, the image, and its options. */
function link(name: string, options: readonly string[]): string {
  const source = join(folder, `${name}.s`);
  const program = join(folder, name);
  writeFileSync(
    source,
    `.section .tbx.image, "a", @progbits
.globl tbx_image_start, tbx_image_end, tbx_options
tbx_image_start: .incbin "${IMAGE}"
tbx_image_end:
.section .tbx.options, "a", @progbits
tbx_options: ${options.map((option) => `.asciz "${option}"\n`).join('')} .byte 0
.section .note.GNU-stack, "", @progbits
`,
  );
  execFileSync(COMPILER, ['-static', source, join(BUILD, 'libtbxrun.a'), '-o', program]);
  return program;
}

const hasDevice = existsSync('/dev/tmebox');

(hasDevice ? test.skip : test)('the device backend is refused where there is no device', () => {
  const { status, errors } = start(RUNNER, ['--backend=device', IMAGE, 'R']);
  expect(status).toBe(125);
  expect(errors).toContain('there is no /dev/tmebox: the device backend needs');
});

describe('an image that was not verified', () => {
  const untold = { TBX_ACCEPT_UNVERIFIED: '' };
  const zeros = '0'.repeat(64);

  test('is not run, and the message says what to do', () => {
    const { status, errors } = start(RUNNER, [IMAGE, 'R'], untold);
    expect(status).toBe(125);
    expect(errors).toContain('the image was not verified: run ');
    expect(start(link('unverified', ['--accept-unverified']), ['R'], untold).status).toBe(125);
  });

  test('is run where the host was told to', () => {
    expect(start(RUNNER, ['--accept-unverified', IMAGE, 'R'], untold).status).toBe(5);
    expect(start(link('accepted', []), ['R']).status).toBe(5);
  });

  test('is run by its digest, which the refusal shows', () => {
    const { status, errors } = start(RUNNER, [`--digest=${zeros}`, '--accept-unverified', IMAGE]);
    expect(status).toBe(125);
    const digest = /digest ([0-9a-f]{64}) is none of the 1 /.exec(errors)?.[1] ?? '';
    const listed = [`--digest=${zeros}`, `--digest=${digest}`, IMAGE, 'R'];
    expect(start(RUNNER, listed, untold).status).toBe(5);
  });

  test('must have the level that is required', () => {
    expect(start(RUNNER, ['--require=code+data', IMAGE, 'R']).status).toBe(5);
    expect(start(RUNNER, ['--require=code', IMAGE]).errors).toContain('unknown level "code"');
    expect(start(RUNNER, ['--digest=0', IMAGE]).errors).toContain('"0" is no digest');
  });
});

describe('what a program was linked with', () => {
  const report = (): string => join(folder, 'foreign.json');
  const wishes = (): string =>
    link('foreign', [`--report=${report()}`, '--env=FROM_HOST', '--env=OWN=1', '--dir=/::/all']);

  test('does not show it more of the host, when somebody else runs it', () => {
    const { status, output, errors } = start(RUNNER, [wishes(), 'echo'], { FROM_HOST: 'secret' });
    expect(status).toBe(0);
    expect(output).toContain('OWN=1');
    expect(output).not.toContain('secret');
    expect(existsSync(report())).toBe(false);
    for (const wish of ['--report=', '--env=FROM_HOST', '--dir=/::/all']) {
      expect(errors).toContain(`tme-box: the program was linked with ${wish}`);
    }
  });

  test('is granted on request, and to the program itself', () => {
    const words = ['--as-linked', wishes(), 'echo'];
    const asked = start(RUNNER, words, { FROM_HOST: 'passed on' });
    expect(asked).toMatchObject({ status: 0, errors: '' });
    expect(asked.output).toContain('FROM_HOST=passed on');
    expect(existsSync(report())).toBe(true);
    const itself = start(join(folder, 'foreign'), ['echo'], { FROM_HOST: 'passed on' });
    expect(itself.output).toContain('FROM_HOST=passed on');
  });
});

describe('tbx-run', () => {
  test('tells its options', () => {
    const { status, output } = start(RUNNER, ['--help']);
    expect(status).toBe(0);
    for (const option of ['--dir=', '--as-linked', '--accept-unverified']) {
      expect(output).toContain(option);
    }
  });

  test('passes arguments on and the exit status back', () => {
    const echo = start(RUNNER, [IMAGE, 'echo', '--timeout=x', '']);
    expect(echo).toEqual({ status: 0, output: `${IMAGE}\necho\n--timeout=x\n\n`, errors: '' });
    expect(start(RUNNER, [IMAGE, 'R']).status).toBe(5);
    expect(start(RUNNER, ['--', IMAGE, 'R']).status).toBe(5);
  });

  test('gives the environment that was asked for and no more', () => {
    const words = ['--env=A=1', '--env=FROM_HOST', '--env=NOT_THERE', IMAGE, 'echo'];
    const { output } = start(RUNNER, words, { FROM_HOST: 'passed on', SECRET: 'kept' });
    expect(output).toBe(`${IMAGE}\necho\nA=1\nFROM_HOST=passed on\n`);
  });

  test('ends with 124 after a time-out', () => {
    const { status, errors } = start(RUNNER, ['--timeout=0.05', IMAGE, 'loop']);
    expect(status).toBe(124);
    expect(errors).toBe('tme-box: sandbox KeyID 1: time limit reached\n');
  });

  test('ends with 126 after a fault and says where', () => {
    const { status, errors } = start(RUNNER, [IMAGE, 'null']);
    expect(status).toBe(126);
    expect(errors).toMatch(
      /^tme-box: sandbox KeyID 1: write to unmapped offset 0x0 at offset 0x10000[0-9a-f]{3} \(__tbx_start_c\+0x[0-9a-f]+\)\n$/,
    );
  });

  test('takes even the standard streams away', () => {
    expect(start(RUNNER, ['--grant=none', IMAGE, 'echo'])).toEqual({
      status: 0,
      output: '',
      errors: '',
    });
  });

  test.each([
    [['--no-such-option', IMAGE], 'unknown option'],
    [['--timeout=soon', IMAGE], 'not a number of seconds'],
    [['--timeout=-1', IMAGE], 'not a number of seconds'],
    [['--timeout=nan', IMAGE], 'not a number of seconds'],
    [['--heap=12Q', IMAGE], 'not a size'],
    [['--heap=99999999999G', IMAGE], 'too large'],
    [['--heap=-1', IMAGE], 'not a size'],
    [['--stack=1', IMAGE], 'the stack has'],
    [['--grant=everything', IMAGE], 'unknown grant'],
    [['--env==x', IMAGE], 'not NAME=VALUE'],
    [['--dir=/nowhere::/x', IMAGE], 'cannot grant the directory /nowhere'],
    [['--dir=/::x', IMAGE], 'not an absolute path'],
    [[], 'no image named'],
    [['/nowhere'], 'No such file'],
    [['/dev/null'], 'not a file with an image'],
    [[RUNNER], 'tbx-run cannot be loaded: '],
  ])('cannot start with %j', (words, message) => {
    const { status, output, errors } = start(RUNNER, words);
    expect(status).toBe(125);
    expect(output).toBe('');
    expect(errors).toContain(message);
    expect(errors.startsWith('tme-box: ')).toBe(true);
  });

  test('reports an exit', () => {
    const report = join(folder, 'exit.json');
    start(RUNNER, [`--report=${report}`, IMAGE, 'R']);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toEqual({
      keyid: 1,
      window_base: '0x100000000',
      code_window_base: '0x200000000',
      isolation: 'code+data',
      verified: false,
      exit_status: 5,
    });
  });

  test('reports a fault and a time-out', () => {
    const report = join(folder, 'fault.json');
    start(RUNNER, [`--report=${report}`, IMAGE, 'wild']);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({
      keyid: 1,
      fault: {
        kind: 'unmapped',
        access: 'read',
        signal: 11,
        offset: '0xdeadb000',
        symbol: '__tbx_start_c',
      },
    });
    start(RUNNER, [`--report=${report}`, '--timeout=0.05', IMAGE, 'loop']);
    expect(JSON.parse(readFileSync(report, 'utf8'))).toMatchObject({ timeout: true });
  });
});

describe('a linked program', () => {
  test('runs by itself, all arguments its own', () => {
    const program = link('plain', []);
    expect(start(program, ['echo', '--grant=none'])).toEqual({
      status: 0,
      output: `${program}\necho\n--grant=none\n`,
      errors: '',
    });
  });

  test('has the options it was linked with, also under tbx-run, which adds its own', () => {
    const program = link('limited', ['--timeout=0.05', '--env=LINKED=yes']);
    expect(start(program, ['loop']).status).toBe(124);
    expect(start(RUNNER, [program, 'loop']).status).toBe(124);
    expect(start(RUNNER, ['--env=MORE=1', program, 'echo']).output).toBe(
      `${program}\necho\nLINKED=yes\nMORE=1\n`,
    );
  });

  test('linked without grants gets neither streams nor arguments', () => {
    const program = link('bare', ['--grant=none', '--grant=stdio']);
    expect(start(program, ['echo'])).toMatchObject({ status: 126 });
    expect(start(RUNNER, ['--', program, 'echo']).output).toBe(`${program}\necho\n`);
  });
});
