/**
 * The examples of `tme-box COMMAND --help`, of the manual pages and of docs/reference-cli.md, as they are shown,
 * and the options that `tme-box run` leaves to the runner.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { RUN } from '../../src/cli/command-table/programs.js';
import { Scratch, withCommands } from '../support/scratch.js';
import { blocks } from './markdown.js';

const COUNT = `#include <stdio.h>
int main(int count, char **words) {
  FILE *file = fopen(words[count - 1], "r");
  int bytes = 0;
  while (getc(file) != EOF) bytes++;
  printf("%d bytes\\n", bytes);
}
`;

const scratch = new Scratch();

function shell(lines: string): string {
  return scratch.shell(lines, withCommands({}, [scratch.path('own')]));
}

beforeAll(() => {
  for (const name of ['own', 'texts']) mkdirSync(scratch.path(name));
  symlinkSync('/usr/bin/clang-22', scratch.path('own/clang'));
  scratch.file('a.c', 'int f(int *p) { return *p; }\n');
  scratch.file('count.c', COUNT);
  scratch.file('texts/a.txt', 'four');
  scratch.file('Makefile', 'a.o: a.c\n\t$(CC) -c a.c\n');
  shell('mkdir ir && clang --target=x86_64-linux-musl -O2 -S -emit-llvm a.c -o ir/a.ll');
  shell('tbx-cc -O2 count.c -o count');
});
afterAll(() => {
  scratch.remove();
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
      cpSync(scratch.path('golden'), scratch.path('build'), { recursive: true });
    return shell(commands);
  });
  expect(said).toHaveLength(4);
  expect(said[1]).toBe('4 bytes\n');
  expect(said[2]).toMatch(/^0 lost, 0 gained/);
  expect(shell('grep -c \'"name":"f"\' report.html')).toBe('1\n');
});
