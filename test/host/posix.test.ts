/** A real C program that tries the host calls, natively and in a sandbox: the results must be the same. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BUILD, build } from './build.js';

const SOURCE = join(process.cwd(), 'test', 'host', 'guests', 'posix.c');
const TBX_CC = join(process.cwd(), 'bin', 'tbx-cc');

build('all');

const folder = mkdtempSync(join(tmpdir(), 'tbx-posix-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const native = join(folder, 'native');
const compiler = execFileSync('sh', ['-c', 'command -v clang-22 || command -v cc'], {
  encoding: 'utf8',
});
execFileSync(compiler.trim(), ['-O1', '-w', SOURCE, '-o', native]);

interface Ended {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  /** What is left in the directory that the program ran in. */
  readonly left: readonly string[];
}

function runInEmptyDirectory(name: string, ...command: readonly string[]): Ended {
  const directory = join(folder, name);
  mkdirSync(directory);
  const { status, stdout, stderr } = spawnSync(
    'sh',
    ['-c', 'umask 022; exec "$@"', 'sh', ...command],
    {
      cwd: directory,
      encoding: 'latin1',
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  return { status, output: stdout, errors: stderr, left: readdirSync(directory) };
}

const expected = runInEmptyDirectory('natively', native);

test('the native program runs', () => {
  expect(expected).toMatchObject({ status: 7, errors: '', left: [] });
  expect(expected.output.split('\n').length).toBeGreaterThan(90);
});

test.each([
  ['data', '-O2'],
  ['code+data', '-O0'],
  ['code+data', '-O2'],
])('in a sandbox, %s %s', (isolation, level) => {
  const program = join(folder, `sandboxed-${isolation}${level}`);
  execFileSync(TBX_CC, [`-ftbx-isolate=${isolation}`, level, '-w', SOURCE, '-o', program]);
  const runner = join(BUILD, 'tbx-run');
  expect(runInEmptyDirectory(`in-${isolation}${level}`, runner, '--dir-rw=.', program)).toEqual(
    expected,
  );
});
