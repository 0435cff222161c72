/** The steps that README.md shows, as it shows them. */

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const README = readFileSync('README.md', 'utf8');
const HELLO = '#include <stdio.h>\nint main(void) { puts("hello"); return 0; }\n';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
  writeFileSync(join(folder, 'hello.c'), HELLO);
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function shell(script: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', script], {
    cwd: folder,
    encoding: 'utf8',
    env: {
      ...process.env,
      T: resolve('.'),
      PATH: `${resolve('bin')}:${process.env['PATH'] ?? ''}`,
    },
  });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout;
}

/** The first block of README.md that is marked as `language`. */
function block(language: string): string {
  const text = new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, 'ms').exec(README)?.[1];
  if (text === undefined) throw new Error(`README.md has no block of ${language}`);
  return text;
}

test('the Makefile', () => {
  writeFileSync(join(folder, 'Makefile'), block('make'));
  shell('make -s CC=tbx-cc');
  expect(shell('./hello')).toBe('hello\n');
});

test('the steps by hand', () => {
  expect(shell(block('sh'))).toBe('hello\n');
});

test('plain clang with the wrapper of the assembler', () => {
  const steps = block('sh');
  const byHand = /^ {4}(tme-box instrument --lowering=addr32 .*\n) {4}(clang-22 .*\n)/m.exec(
    README,
  );
  if (byHand?.[1] === undefined || byHand[2] === undefined)
    throw new Error('README.md has no such steps');
  const plain = /^tme-box instrument [^\n]*\nclang-22 [^\n]*\n/m;
  expect(steps).toMatch(plain);
  const confined = `${byHand[1]}${byHand[2].trimEnd()} -o hello.o\n`;
  expect(shell(steps.replace(plain, confined))).toBe('hello\n');
});
