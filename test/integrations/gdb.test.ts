/** A sandboxed program under a real gdb. */
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

/** What gdb says to commands about `list`, given some words. */
function debug(level: string, commands: readonly string[], words: readonly string[]): string {
  copy.run('gdb', ['tbx-cc', '-g', level, 'list.c', '-o', 'list']);
  const ex = commands.flatMap((command) => ['-ex', command]);
  const command = ['gdb', '-nx', '-batch', '-x', 'tme-box.py', ...ex, '--args', './list', ...words];
  const { stdout, stderr } = copy.try('gdb', command);
  return stdout + stderr;
}

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
