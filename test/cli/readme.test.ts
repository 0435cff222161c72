/** The steps that README.md shows, as it shows them. Blocks without a comment are of targets of make. */

import { mkdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Scratch, withCommands } from '../support/scratch.js';
import { blocks, fences } from './markdown.js';

const HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  scratch.file('hello.c', HELLO);
});
afterEach(() => {
  scratch.remove();
});

function shell(lines: string): string {
  return scratch.shell(lines, withCommands({ T: resolve('.') }));
}

/** The blocks of README.md that this file runs, in order. */
const [BUILD = '', GRANTS = '', BY_HAND = '', BY_CLANG = '', ...others] = fences('README.md')
  .filter(({ language, comment }) => language === 'sh' && comment !== '')
  .map(({ text }) => text);

test('no step is left out', () => {
  expect(others).toEqual([]);
  expect(BY_CLANG).not.toBe('');
});

test('the Makefile', () => {
  scratch.file('Makefile', blocks('README.md', 'make').join(''));
  expect(shell(BUILD).split('\n').slice(-2)).toEqual(['hello', '']);
});

test('what programs are granted', () => {
  for (const granted of ['words', 'out']) mkdirSync(scratch.path(granted));
  expect(shell(GRANTS)).toBe('hello\n');
  expect(shell('./hello')).toBe(''); // its output is not granted
});

test('the steps by hand', () => {
  expect(shell(BY_HAND)).toBe('hello\n');
});

test('plain clang with the wrapper of the assembler', () => {
  const plain = /^tme-box instrument [^\n]*\nclang-22 [^\n]*\n/m;
  expect(BY_HAND).toMatch(plain);
  const confined = `${BY_CLANG.trimEnd()} -o hello.o\n`;
  expect(shell(BY_HAND.replace(plain, confined))).toBe('hello\n');
});
