/** `make install` and `make dist`. */

import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const output = (program: string, ...args: readonly string[]): string =>
  execFileSync(program, [...args], { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 2] });
const make = (...args: readonly string[]): string =>
  execFileSync('make', ['-s', ...args], { encoding: 'utf8' });

describe('make install', () => {
  const at = (path: string): string => join(folder, 'stage/opt/tme-box', path);
  beforeAll(() => {
    make('install', `DESTDIR=${join(folder, 'stage')}`, 'PREFIX=/opt/tme-box');
  });

  test('puts everything where systems look for it', () => {
    expect(readdirSync(join(folder, 'stage'))).toEqual(['opt']);
    expect(readdirSync(at('.')).sort()).toEqual(['bin', 'include', 'lib', 'share']);
    const commands = ['tbx-as', 'tbx-c++', 'tbx-cc', 'tbx-clang', 'tbx-run', 'tme-box'];
    expect(readdirSync(at('bin')).sort()).toEqual(commands);
    for (const command of commands) expect(statSync(at(`bin/${command}`)).mode & 0o777).toBe(0o755);
    for (const command of commands) {
      expect(statSync(at(`share/man/man1/${command}.1`)).mode & 0o777).toBe(0o644);
    }
    expect(readdirSync(at('include'))).toEqual(
      expect.arrayContaining(['tmebox.h', 'tmebox-memory.h', 'tmebox.hpp']),
    );
    expect(readFileSync(at('lib/pkgconfig/tmebox.pc'), 'utf8')).toContain('prefix=/opt/tme-box\n');
    for (const file of [
      'bash-completion/completions/tbx-cc',
      'zsh/site-functions/_tme-box',
      'fish/vendor_completions.d/tme-box.fish',
      'doc/tme-box/CHANGELOG.md',
      'doc/tme-box/docs/abi.md',
    ]) {
      expect(statSync(at(`share/${file}`)).isFile()).toBe(true);
    }
  });

  test('the tool works where it was installed, without the repo', () => {
    const found = spawnSync(at('bin/tme-box'), ['doctor'], { encoding: 'utf8' });
    expect(found.status).toBe(0);
    expect(found.stdout).toContain(`libc headers: ${at('lib/tme-box/sysroot/include')}`);
    expect(found.stdout).not.toContain(process.cwd());
    expect(output(at('bin/tme-box'), 'explain', 'TBX0301')).toMatch(/^# TBX0301: /);
    const source = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';
    writeFileSync(join(folder, 'hello.c'), source);
    output(at('bin/tbx-cc'), '-O2', 'hello.c', '-o', 'hello');
    expect(output('./hello')).toBe('hello\n');
    output(at('bin/tbx-cc'), '-O2', 'hello.c', '-o', 'hello.image', '-ftbx-image');
    expect(output(at('bin/tbx-run'), 'hello.image')).toBe('hello\n');
  });

  test('the licences of all that is linked in are there', () => {
    const licences = at('share/doc/tme-box/licences');
    const files = readdirSync(licences).filter((name) => name !== 'README');
    const index = readFileSync(join(licences, 'README'), 'utf8');
    const listed = [...index.matchAll(/^(\S+\.txt) /gm)].map(([, file]) => file);
    expect(listed.sort()).toEqual(files.sort());
    const text = (name: string): string => {
      const file = files.find((candidate) => candidate.startsWith(name)) ?? `no ${name}`;
      return readFileSync(join(licences, file), 'utf8');
    };
    expect(text('tme-box')).toContain('Apache License');
    expect(text('musl')).toContain('Rich Felker');
    expect(text('libc6')).toContain('GNU Lesser General Public');
    expect(text('libgcc')).toMatch(/runtime library exception/i);
    for (const name of ['iced-x86', 'yargs', 'fs-extra'])
      expect(text(name)).toContain('Permission');
  });
});

test.each([
  ['stage', '/usr', 'is not absolute'],
  ['', 'usr', 'is not absolute'],
  ['/tmp/a b', '/usr', 'has blanks'],
])('nothing is installed into %j%j', (destination, prefix, why) => {
  // In an empty folder, where it would find nothing to copy.
  const { status, stderr } = spawnSync(resolve('packaging/install.sh'), [destination, prefix], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(stderr).toContain(why);
  expect(status).toBe(2);
});

test('make dist gives the files of HEAD, and the same bytes each time', () => {
  const hash = (): string => {
    const file = make('dist').trim();
    return `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`;
  };
  const first = hash();
  expect(hash()).toBe(first);
  const [file = ''] = first.split(' ');
  expect(file).toMatch(/^build\/dist\/tme-box-\d+\.\d+\.\d+(?:-g[0-9a-f]{12})?\.tar\.gz$/);
  const list = (program: string, ...args: readonly string[]): readonly string[] =>
    execFileSync(program, [...args], { encoding: 'utf8' })
      .trim()
      .split('\n');
  const prefix = file.replace(/^build\/dist\/|\.tar\.gz$/g, '');
  const packed = list('tar', '-tzf', file).filter((name) => !name.endsWith('/'));
  const tracked = list('git', 'ls-tree', '-r', '--name-only', 'HEAD');
  expect(packed.sort()).toEqual(tracked.map((name) => `${prefix}/${name}`).sort());
});
