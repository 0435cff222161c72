/** A sandboxed program under a real gdb. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { imageIn } from '../../src/verify/image/container.js';
import { blocks } from '../cli/markdown.js';
import { ScratchCopy } from './scratch-copy.js';

let copy: ScratchCopy;
beforeAll(() => {
  copy = new ScratchCopy();
});
afterAll(() => {
  copy.remove();
});

/** Where processes may not trace others, gdb has nothing to work with. */
function mayTrace(): boolean {
  const probe = new ScratchCopy();
  const { stdout, stderr } = probe.try('gdb', ['gdb', '-batch', '-ex', 'run', '/bin/true']);
  probe.remove();
  return !/Operation not permitted/.test(stdout + stderr);
}

const traced = mayTrace() ? test : test.skip;

/** What gdb says to commands about a program, given some words. */
function session(commands: readonly string[], program: readonly string[], input = ''): string {
  const ex = commands.flatMap((command) => ['-ex', command]);
  const command = ['gdb', '-nx', '-batch', '-x', 'tme-box.py', ...ex, '--args', ...program];
  const { stdout, stderr } = copy.try('gdb', command, {}, input);
  return stdout + stderr;
}

/** The same about `list`. */
function debug(level: string, commands: readonly string[], words: readonly string[]): string {
  copy.run('gdb', ['tbx-cc', '-g', level, 'list.c', '-o', 'list']);
  return session(commands, ['./list', ...words]);
}

/** Addresses differ from build to build. */
function plain(text: string): string {
  return text.replaceAll(/0x[0-9a-f]+/g, '0x0');
}

traced('the session of docs/debugging.md goes as it is shown', () => {
  const shown = blocks('docs/debugging.md', 'text')
    .filter((text) => text.startsWith('$ gdb'))
    .join('')
    .trimEnd()
    .split('\n')
    .slice(1);
  const command = /^\(gdb\) /;
  const commands = shown.flatMap((line) => (command.test(line) ? [line.replace(command, '')] : []));
  const lines = plain(debug('-O0', commands, ['a', 'bcd', 'ef'])).split('\n');
  const answers = shown.filter((line) => !command.test(line)).map(plain);
  expect(lines.filter((line) => answers.includes(line))).toEqual(answers);
});

const ECHO = `#include <stdio.h>
int main(void) {
  int c;
  while ((c = getchar()) != EOF)
    putchar(c + 1);
  return 0;
}
`;

traced('standard input and output are those of gdb', () => {
  writeFileSync(join(copy.folder, 'gdb/echo.c'), ECHO);
  copy.run('gdb', ['tbx-cc', '-g', 'echo.c', '-o', 'echo']);
  expect(session(['run'], ['./echo'], 'HAL')).toContain('IBM');
});

const LIBRARY = `#include <tmebox-guest.h>
static long kept;
long keep(long value) {
  long before = kept;
  kept = value;
  return before;
}
TBX_EXPORT(keep)
`;

const HOST = `#include <tmebox.h>
int main(void) {
  tbx_error error;
  tbx_image *image = tbx_image_open("library.tbx", &error);
  tbx_template *library = tbx_template_new(image, NULL, &error);
  tbx_sandbox *sandboxes[2];
  for (int i = 0; i < 2; i++)
    sandboxes[i] = tbx_template_copy(library, &error);
  tbx_function keep = tbx_template_function(library, "keep");
  for (int i = 0; i < 4; i++) {
    tbx_result result;
    tbx_outcome outcome;
    tbx_arguments arguments = {.integers = {100 + i}};
    tbx_sandbox_call(sandboxes[i % 2], keep, &arguments, &result, &outcome);
  }
  return 0;
}
`;

traced('of several sandboxes, each has its own variables', () => {
  writeFileSync(join(copy.folder, 'gdb/library.c'), LIBRARY);
  writeFileSync(join(copy.folder, 'gdb/host.c'), HOST);
  copy.run('gdb', ['tbx-cc', '-g', '-ftbx-library', 'library.c', '-o', 'library.tbx']);
  const host = ['-I', resolve('runtime/host'), resolve('build/host/libtmebox.a'), '-pthread'];
  copy.run('gdb', ['clang-22', '-g', 'host.c', ...host, '-o', 'host']);
  const said = session(
    [
      ...['break keep if value == 103', 'run', 'tbx sandboxes', 'print kept'],
      ...['tbx print --sandbox 2 kept', 'print kept', 'tbx sandbox 2', 'print kept'],
      ...['tbx sandbox', 'print kept', 'tbx sandbox 9'],
    ],
    ['./host'],
  );
  expect(said).toMatch(/^ +2 {2}window at 0x200000000\n\* +3 {2}window at 0x300000000$/m);
  const printed = [...said.matchAll(/^\$\d = (\d+)$/gm)].map(([, value]) => Number(value));
  expect(printed).toEqual([101, 102, 101, 102, 101]);
  expect(said).toContain('no sandbox with KeyID 9');
});

traced('the lines of the page start it', () => {
  const lines = blocks('integrations/gdb/README.md', 'sh').join('');
  const commands = 'break push\nrun\nbacktrace 1\nkill\nquit\n';
  const said = copy.run('gdb', ['sh', '-euc', lines], {}, commands);
  expect(said).toMatch(/^Breakpoint 1, push \(/m);
});

traced('it stops in sandboxed code and prints what lies in the window', () => {
  const said = debug(
    '-O0',
    [
      'break total',
      'run',
      'backtrace',
      'print *list',
      'print *list->next',
      'next',
      'info locals',
    ].concat([
      'set var list->length = 40',
      'set var longest = 41',
      'delete',
      'up',
      'print argv[1]',
      'print longest',
      'continue',
    ]),
    ['a', 'ef'],
  );
  expect(said).toMatch(/^Breakpoint 1, total \(list=0x[0-9a-f]+\) at list\.c:\d+$/m);
  expect(said).toMatch(/^#1 .* in main \(argc=3, argv=0x[0-9a-f]+\) at list\.c:\d+$/m);
  expect(said).toMatch(/^\$1 = \{next = 0x[0-9a-f]+, word = 0x[0-9a-f]+ "ef", length = 2\}$/m);
  expect(said).toMatch(/^\$2 = \{next = 0x0, word = 0x[0-9a-f]+ "a", length = 1\}$/m);
  expect(said).toMatch(/^sum = 0$/m);
  expect(said).toMatch(/^\$3 = 0x[0-9a-f]+ "a"$/m);
  expect(said).toMatch(/^\$4 = 41$/m);
  expect(said).toMatch(/^41$/m); // what the changed list adds up to
  expect(said).toMatch(/exited normally/);
});

traced('it stops where a variable in the window changes, and where a sandbox faults', () => {
  const said = debug(
    '-O1',
    ['break push', 'run', 'delete', 'watch longest', 'continue', 'delete', 'continue', 'backtrace'],
    ['a', 'bcd', 'ef', 'gh'],
  );
  expect(said).toMatch(/^Old value = 0\nNew value = 1$/m);
  expect(said).toMatch(
    /received signal SIGSEGV.*\n.* in main \(argc=5, .*\) at list\.c:\d+\n.*\(volatile int \*\)0 = longest/,
  );
});

/** The image with the name of its section .data replaced, and one more section: neither is in the digest. */
function withHostileSections(image: Uint8Array, name: string, script: string): Buffer {
  const file = Buffer.from(image);
  const table = Number(file.readBigUInt64LE(40));
  const headers = Buffer.from(file.subarray(table, table + 64 * file.readUInt16LE(60)));
  const strings = 64 * file.readUInt16LE(62);
  const start = Number(headers.readBigUInt64LE(strings + 24));
  const names = Buffer.concat([
    file.subarray(start, start + Number(headers.readBigUInt64LE(strings + 32))),
    Buffer.from(`${name}\0.debug_gdb_scripts\0`),
  ]);
  const inline = Buffer.from(`\u0004script\n${script}\n\0`);
  const added = Buffer.alloc(64);
  added.writeUInt32LE(names.indexOf('.debug_gdb_scripts\0'), 0);
  added.writeUInt32LE(1, 4); // SHT_PROGBITS
  added.writeBigUInt64LE(BigInt(file.length + names.length), 24);
  added.writeBigUInt64LE(BigInt(inline.length), 32);
  headers.writeBigUInt64LE(BigInt(file.length), strings + 24);
  headers.writeBigUInt64LE(BigInt(names.length), strings + 32);
  for (let at = 0; at < headers.length; at += 64)
    if (names.indexOf('.data\0', headers.readUInt32LE(at)) === headers.readUInt32LE(at))
      headers.writeUInt32LE(names.indexOf(`${name}\0`), at);
  file.writeBigUInt64LE(BigInt(file.length + names.length + inline.length), 40);
  file.writeUInt16LE(headers.length / 64 + 1, 60);
  return Buffer.concat([file, names, inline, headers, added]);
}

traced('an image that is looked into gives gdb no commands', () => {
  copy.run('gdb', ['tbx-cc', '-g', 'list.c', '-o', 'list']);
  const name = '.x 0\nshell touch by-name\nadd-symbol-file list -s .y';
  const hostile = withHostileSections(
    imageIn(readFileSync(join(copy.folder, 'gdb/list'))),
    name,
    "open('by-script', 'w')",
  );
  writeFileSync(join(copy.folder, 'gdb/hostile.tbx'), hostile);
  const first = ['gdb', '-nx', '-batch', '-iex', 'set auto-load safe-path /', '-x', 'tme-box.py'];
  const program = ['--args', resolve('build/host/tbx-run'), 'hostile.tbx', 'a', 'bcd'];
  const said = copy.run('gdb', [...first, '-ex', 'break total', '-ex', 'run', ...program]);
  expect(said).toMatch(/^Breakpoint 1, total \(/m);
  for (const made of ['by-name', 'by-script'])
    expect(existsSync(join(copy.folder, 'gdb', made))).toBe(false);
});
