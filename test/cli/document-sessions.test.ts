/** The commands of `console` blocks say what the documents show. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DOCUMENTS, fences } from './markdown.js';

const SESSIONS = DOCUMENTS.filter((name) =>
  fences(name).some(({ language }) => language === 'console'),
);

/** What readers have on their machine: the installed host library, and a compiler called cc. */
let machine: string;
beforeAll(() => {
  machine = mkdtempSync(join(tmpdir(), 'tbx-machine-'));
  const words = ['-s', '-C', 'runtime/host', 'install', `PREFIX=${machine}`];
  const { status, stderr } = spawnSync('make', words, { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  mkdirSync(join(machine, 'bin'), { recursive: true });
  symlinkSync('/usr/bin/clang-22', join(machine, 'bin/cc'));
});
afterAll(() => {
  rmSync(machine, { recursive: true });
});

test.each(SESSIONS)('the commands in %s say what it shows', (document) => {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-document-'));
  for (const { language, name, text } of fences(document)) {
    if (name !== '') writeFileSync(join(folder, name), text);
    else if (language === 'console') for (const step of steps(text)) expectStep(folder, step);
  }
  rmSync(folder, { recursive: true });
});

interface Step {
  readonly command: string;
  /** What is said, with `…` for anything. */
  readonly expected: string;
  readonly status: number;
}

/** `$ COMMAND`, what it says, and `[exit N]` where that is not 0. */
function steps(text: string): readonly Step[] {
  return text
    .split(/^\$ /m)
    .slice(1)
    .map((step) => {
      const [command = '', ...lines] = step.trimEnd().split('\n');
      const status = /^\[exit (\d+)\]$/.exec(lines.at(-1) ?? '')?.[1];
      const expected = lines.slice(0, status === undefined ? undefined : -1).join('\n');
      return { command, expected, status: Number(status ?? 0) };
    });
}

function expectStep(folder: string, { command, expected, status }: Step): void {
  const env = {
    ...process.env,
    PATH: [resolve('bin'), join(machine, 'bin'), process.env['PATH']].join(':'),
    PKG_CONFIG_PATH: join(machine, 'lib/pkgconfig'),
    LD_LIBRARY_PATH: join(machine, 'lib'),
    TME_BOX: resolve('.'),
    MAKEFLAGS: '',
  };
  const said = spawnSync('sh', ['-c', `${command} 2>&1`], { cwd: folder, env, encoding: 'utf8' });
  expect({ command, status: said.status }).toEqual({ command, status });
  expect(plain(said.stdout)).toMatch(pattern(plain(expected)));
}

/** Addresses differ from build to build. */
function plain(text: string): string {
  return text.trimEnd().replaceAll(/0x[0-9a-f]+/g, '0x0');
}

function pattern(expected: string): RegExp {
  const parts = expected.split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`, 's');
}
