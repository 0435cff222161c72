/** The package that `npm pack` makes, in a folder where nothing else is. */

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const ROOT = resolve('.');
let folder: string;
let unpacked: string;

interface Result {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd = folder): Result {
  // npm itself leaves such variables to what it starts.
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('npm_')),
  );
  const { status, stdout, stderr, error } = spawnSync(program, [...args], {
    cwd,
    encoding: 'utf8',
    env: {
      ...env,
      NODE_OPTIONS: '',
      npm_config_loglevel: 'error',
      npm_config_update_notifier: 'false',
    },
  });
  if (error !== undefined) throw error;
  return { status, stdout, stderr };
}

/** Unpacked as npm installs it; the commands are bundles, which need no other package. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
  unpacked = join(folder, 'node_modules/tme-box');
  mkdirSync(join(folder, 'node_modules/.bin'), { recursive: true });
  mkdirSync(unpacked);
  const packed = run('npm', ['pack', '--silent', '--pack-destination', folder], ROOT);
  expect(packed.status).toBe(0);
  const tarball = join(folder, packed.stdout.trim());
  const tar = run('tar', ['-xzf', tarball, '-C', unpacked, '--strip-components=1']);
  expect(tar).toEqual({ status: 0, stdout: '', stderr: '' });
  for (const command of ['tme-box', 'tbx-cc']) {
    symlinkSync(`../tme-box/bin/${command}`, join(folder, 'node_modules/.bin', command));
  }
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const npx = (...words: readonly string[]): Result => run('npx', ['--offline', '--', ...words]);

test('doctor says what is to be built, and how', () => {
  const { status, stdout } = npx('tme-box', 'doctor');
  expect(stdout).toContain('ok       clang-22: ');
  expect(stdout).toContain(`-> ${unpacked}/bin/tme-box build-sysroot\n`);
  expect(stdout).toContain(`-> make -C ${unpacked}/runtime/host\n`);
  expect(status).toBe(1);
});

test('what doctor says can be done: all that the runner is made of is in the package', () => {
  const { status, stdout, stderr } = run('make', ['-n', '-C', join(unpacked, 'runtime/host')]);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const compiled = [...stdout.matchAll(/ -c (\S+\.[cS]) /g)].map(([, file]) => file ?? '');
  expect(compiled.length).toBeGreaterThan(30);
  for (const file of compiled) {
    expect(existsSync(join(unpacked, 'runtime/host', file))).toBe(true);
  }
});

describe('with what was built', () => {
  beforeAll(() => {
    // Files appear in these folders by renaming, so that the links leave those of the repo as they are.
    mkdirSync(join(unpacked, 'build'));
    for (const part of ['sysroot', 'host', 'sources']) {
      expect(run('cp', ['-al', join(ROOT, 'build', part), join(unpacked, 'build')]).status).toBe(0);
    }
  });

  test("the sandbox's libc is made of the same files as that of the repo", () => {
    const command = join(unpacked, 'bin/tme-box');
    expect(run(command, ['build-sysroot'])).toEqual({ status: 0, stdout: '', stderr: '' });
    // Compiled units would be there.
    expect(existsSync(join(unpacked, 'build/cache/sysroot'))).toBe(false);
  });

  test('doctor finds nothing wrong, and a program runs', () => {
    expect(npx('tme-box', 'doctor')).toMatchObject({ status: 0, stderr: '' });
    const source = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';
    writeFileSync(join(folder, 'hello.c'), source);
    expect(npx('tbx-cc', '-O2', 'hello.c', '-o', 'hello')).toMatchObject({ status: 0, stderr: '' });
    expect(run('./hello', [])).toEqual({ status: 0, stdout: 'hello\n', stderr: '' });
  });
});

test('the licences of what is in the bundles are there', () => {
  for (const name of ['yargs', 'fs-extra', 'iced-x86', 'graceful-fs']) {
    const { stdout } = run('sh', ['-c', `cat dist/licences/${name}-[0-9]*.txt`], unpacked);
    expect(stdout).toMatch(/license|permission/i);
  }
});
