/** What scripts/fetch-source.sh refuses and finds done; nothing here reaches the network. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

const SCRIPT = resolve('scripts/fetch-source.sh');
const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

function fetch(words: readonly string[], environment: NodeJS.ProcessEnv = {}): Ran {
  const build = scratch.path('build');
  const variables = { ...process.env, TBX_BUILD_DIR: build, ...environment };
  return scratch.run(SCRIPT, words, { environment: variables });
}

/** A PATH with the tools that the script starts with, but for those that are missing. */
function pathWithout(missing: readonly string[]): string {
  const folder = scratch.path(`bin-without-${missing.join('-')}`);
  mkdirSync(folder);
  const tools = [
    'dirname',
    'cut',
    'cat',
    'mkdir',
    'apt-get',
    'dpkg-source',
    'flock',
    'patch',
    'xz',
  ];
  for (const tool of tools.filter((name) => !missing.includes(name))) {
    symlinkSync(join('/usr/bin', tool), join(folder, tool));
  }
  return folder;
}

test('without a name, or with too many words, it shows how to call it', () => {
  for (const words of [[], ['a', 'b', 'c']]) {
    const { status, stderr } = fetch(words);
    expect(status).toBe(2);
    expect(stderr).toContain('NAME [DEST]');
  }
});

test.each(['../musl', 'Musl', '-x', '', 'a b', 'a;b'])('%j is no name of a package', (name) => {
  const { status, stderr } = fetch([name]);
  expect(status).toBe(1);
  expect(stderr).toBe(`fetch-source: '${name}' is not the name of a Debian source package\n`);
  expect(readdirSync(scratch.folder)).not.toContain('build');
});

test('what is missing is told by package', () => {
  const PATH = pathWithout(['dpkg-source', 'xz']);
  const { status, stderr } = fetch(['musl'], { PATH });
  expect(status).toBe(1);
  expect(stderr).toContain('missing Debian packages: dpkg-dev xz-utils');
  expect(stderr).toContain('apt-get install dpkg-dev xz-utils');
});

test('a folder that it did not make is left alone', () => {
  const destination = scratch.path('mine');
  mkdirSync(destination);
  writeFileSync(join(destination, 'work'), 'precious');
  const { status, stderr } = fetch(['musl', destination]);
  expect(status).toBe(1);
  expect(stderr).toContain('was not made by this script');
  expect(readdirSync(destination)).toEqual(['work']);
});

test('what is there is not fetched again', () => {
  const destination = scratch.path('there');
  mkdirSync(destination);
  writeFileSync(join(destination, '.tbx-source'), 'musl 1.2.3-1\n');
  const PATH = pathWithout(['apt-get']);
  expect(fetch(['musl', destination], { PATH })).toEqual({ status: 0, stdout: '', stderr: '' });
});

test('another package in the same folder is refused', () => {
  const destination = scratch.path('other');
  mkdirSync(destination);
  writeFileSync(join(destination, '.tbx-source'), 'zlib 1:1.2.13\n');
  const { status, stderr } = fetch(['musl', destination]);
  expect(status).toBe(1);
  expect(stderr).toContain('holds another package: zlib 1:1.2.13');
});

describe('the entries that it reads as deb-src', () => {
  const STANZAS = [
    '# Types: deb is only a comment',
    'Types: deb',
    'URIs: http://archive.example/debian',
    'Suites: stable',
    '',
    'Types: deb',
    'URIs: http://other.example/',
    'Suites: none',
    '',
  ].join('\n');

  /** Runs the script with an apt that knows these index targets and fetches nothing; returns the entries it wrote. */
  function entries(name: string, targets: string): string {
    const folder = scratch.path(name);
    const parts = join(folder, 'parts');
    mkdirSync(parts, { recursive: true });
    writeFileSync(join(parts, 'a.sources'), STANZAS);
    writeFileSync(
      join(parts, 'b.list'),
      '# deb http://no.example x\ndeb [arch=amd64] http://b.example x main\n',
    );
    const targetsFile = join(folder, 'targets');
    writeFileSync(targetsFile, targets.replaceAll('PARTS', parts));
    const program = (tool: string, text: string): void => {
      writeFileSync(join(folder, tool), `#!/bin/sh\n${text}\n`);
      chmodSync(join(folder, tool), 0o755);
    };
    program('apt-get', `case "$*" in indextargets*) cat '${targetsFile}' ;; *) exit 100 ;; esac`);
    program('apt-config', `echo "TBX_LIST='/nonexistent' TBX_PARTS='${parts}/'"`);
    const build = join(folder, 'build');
    const PATH = `${folder}:${process.env['PATH'] ?? ''}`;
    const { status, stderr } = fetch(['musl'], { PATH, TBX_BUILD_DIR: build });
    expect(status).toBe(1);
    expect(stderr).toContain("apt could not fetch the source package 'musl'");
    expect(readdirSync(join(build, 'sources'))).toEqual([]);
    const etc = join(build, 'cache/apt/etc');
    const texts = readdirSync(etc).map((file) => readFileSync(join(etc, file), 'utf8'));
    return texts.join('').trim().replace(/\n+/g, '\n');
  }

  test("are Debian's, where apt knows whose they are", () => {
    const targets = 'Debian|PARTS/a.sources:1\nOther|PARTS/a.sources:2\nOther|PARTS/b.list:2\n';
    expect(entries('known', targets)).toBe(
      'Types: deb-src\nURIs: http://archive.example/debian\nSuites: stable',
    );
    expect(entries('line', 'Debian|PARTS/b.list:2\n')).toBe(
      'deb-src [arch=amd64] http://b.example x main',
    );
  });

  test('are all, where no list was ever fetched', () => {
    const all = entries('unknown', '');
    expect(all).toContain('deb-src [arch=amd64] http://b.example x main');
    expect(all.match(/^Types: deb-src$/gm)).toHaveLength(2);
    expect(all).not.toContain('no.example');
  });
});
