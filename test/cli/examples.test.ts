/**
 * The examples of `tme-box COMMAND --help`, of the manual pages and of docs/reference-cli.md, as they are shown,
 * and the options that `tme-box run` leaves to the runner.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { RUN } from '../../src/cli/command-table/programs.js';
import { blocks } from './markdown.js';

const COUNT = `#include <stdio.h>
int main(int count, char **words) {
  FILE *file = fopen(words[count - 1], "r");
  int bytes = 0;
  while (getc(file) != EOF) bytes++;
  printf("%d bytes\\n", bytes);
}
`;

let folder: string;
let environment: NodeJS.ProcessEnv;

function shell(command: string): string {
  const options = { cwd: folder, env: environment, encoding: 'utf8' } as const;
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', command], options);
  expect({ command, status, stderr }).toEqual({ command, status: 0, stderr: '' });
  return stdout;
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-examples-'));
  for (const name of ['own', 'texts']) mkdirSync(join(folder, name));
  symlinkSync('/usr/bin/clang-22', join(folder, 'own/clang'));
  const path = [resolve('bin'), join(folder, 'own'), process.env['PATH']].join(':');
  environment = { ...process.env, PATH: path, MAKEFLAGS: '' };
  writeFileSync(join(folder, 'a.c'), 'int f(int *p) { return *p; }\n');
  writeFileSync(join(folder, 'count.c'), COUNT);
  writeFileSync(join(folder, 'texts/a.txt'), 'four');
  writeFileSync(join(folder, 'Makefile'), 'a.o: a.c\n\t$(CC) -c a.c\n');
  shell('mkdir ir && clang --target=x86_64-linux-musl -O2 -S -emit-llvm a.c -o ir/a.ll');
  shell('tbx-cc -O2 count.c -o count');
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});

test("the options of run are the runner's", () => {
  const { stdout } = spawnSync('build/host/tbx-run', ['--help'], { encoding: 'utf8' });
  const options = [...stdout.matchAll(/^ .*$/gm)].flatMap(([line]) => [
    ...line.replace(/ {2,}[a-z].*/, '').matchAll(/--([a-z-]+)/g),
  ]);
  expect(options.map(([, name]) => name).sort()).toEqual(Object.keys(RUN.options).sort());
});

test('each works, in the order of docs/reference-cli.md', () => {
  const said = blocks('docs/reference-cli.md', 'sh').map((commands) => {
    if (commands.includes(' diff '))
      cpSync(join(folder, 'golden'), join(folder, 'build'), { recursive: true });
    return shell(commands);
  });
  expect(said).toHaveLength(4);
  expect(said[1]).toBe('4 bytes\n');
  expect(said[2]).toMatch(/^0 lost, 0 gained/);
  expect(shell('grep -c \'"name":"f"\' report.html')).toBe('1\n');
});
