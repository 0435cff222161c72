/** What is said of a program that was stopped: where it stood, and who had called. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

const SOURCE = `#include <stdlib.h>
static int (*volatile through)(int *);
__attribute__((noinline)) static int leaf(int *at) {
  return *at + 1;
}
__attribute__((noinline)) static int middle(int *at) {
  return through(at) + 1;
}
int main(int argc, char **argv) {
  through = leaf;
  if (argc > 2)
    abort();
  return middle(argc > 1 ? 0 : &argc);
}
`;

const scratch = new Scratch();
beforeAll(() => {
  scratch.file('a.c', SOURCE);
  scratch.must(resolve('bin/tbx-cc'), ['-g', '-O1', 'a.c', '-o', 'a']);
});
afterAll(() => {
  scratch.remove();
});

function run(program: string, ...args: readonly string[]): Ran {
  const path = program.includes('/') ? program : resolve('bin', program);
  return scratch.run(path, args);
}

/** The functions that the runner names, innermost first. */
function functions(said: string): readonly string[] {
  return [...said.matchAll(/\((\w+)\+0x[0-9a-f]+\)$/gm)].flatMap(([, name]) => name ?? []);
}

test('a program by itself names the functions', () => {
  const { status, stderr } = run('./a', 'x');
  expect(status).toBe(126);
  expect(functions(stderr).slice(0, 3)).toEqual(['leaf', 'middle', 'main']);
  expect(functions(run('./a', 'x', 'y').stderr)).toEqual(
    expect.arrayContaining(['raise', 'abort', 'main']),
  );
});

test('tme-box run adds the places in the source', () => {
  const { status, stderr } = run('tme-box', 'run', './a', 'x');
  expect(status).toBe(126);
  const places = [...stderr.matchAll(/^ {2}at (\S+):(\d+):\d+$/gm)].map(
    ([, file, line]) => `${file}:${line}`,
  );
  expect(places).toEqual(['a.c:4', 'a.c:7', 'a.c:13']);
  expect(run('tme-box', 'run', './a').stderr).toBe('');
});

test.each(['pipe', '/dev/null'])('a report into %s is not read back', (report) => {
  scratch.must('sh', ['-c', 'test -e pipe || mkfifo pipe']);
  const reader = spawn('cat', ['pipe'], { cwd: scratch.folder, stdio: 'ignore', timeout: 20_000 });
  const { status, stderr } = run('tme-box', 'run', `--report=${report}`, './a', 'x');
  expect(status).toBe(126);
  expect(stderr).toMatch(/^(?:tme-box: [^\n]*\n){4,}$/);
  reader.kill();
});

test('the report of a run lists the callers', () => {
  run('tme-box', 'run', '--report=report.json', './a', 'x');
  const report = readFileSync(scratch.path('report.json'), 'utf8');
  expect(report).toMatch(/"symbol": "leaf".*"trace": \["0x1[0-9a-f]+", "0x1[0-9a-f]+"/);
});
