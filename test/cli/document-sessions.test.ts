/** The commands of `console` blocks say what the documents show. */

import { mkdirSync, symlinkSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch, withCommands } from '../support/scratch.js';
import { DOCUMENTS, fences } from './markdown.js';

const SESSIONS = DOCUMENTS.filter((name) =>
  fences(name).some(({ language }) => language === 'console'),
);

/** What readers have on their machine: the installed host library, and a compiler called cc. */
const machine = new Scratch();
beforeAll(() => {
  const host = resolve('runtime/host');
  machine.must('make', ['-s', '-C', host, 'install', `PREFIX=${machine.folder}`]);
  mkdirSync(machine.path('bin'), { recursive: true });
  symlinkSync('/usr/bin/clang-22', machine.path('bin/cc'));
});
afterAll(() => {
  machine.remove();
});

test.each(SESSIONS)('the commands in %s say what it shows', (document) => {
  const scratch = new Scratch();
  for (const { language, name, text } of fences(document)) {
    if (name !== '') scratch.file(name, text);
    else if (language === 'console') for (const step of steps(text)) expectStep(scratch, step);
  }
  scratch.remove();
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

function expectStep(scratch: Scratch, { command, expected, status }: Step): void {
  const variables = {
    PKG_CONFIG_PATH: machine.path('lib/pkgconfig'),
    LD_LIBRARY_PATH: machine.path('lib'),
    TME_BOX: resolve('.'),
  };
  const environment = withCommands(variables, [machine.path('bin')]);
  const said = scratch.run('sh', ['-c', `${command} 2>&1`], { environment, encoding: 'utf8' });
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
