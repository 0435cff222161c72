import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Ran, Scratch } from '../support/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
  mkdirSync(scratch.path('old/sub'), { recursive: true });
  cpSync('fixtures/diff/accesses.ll', scratch.path('old/sub/a.ll'));
  scratch.file('old/gone.ll', '');
  scratch.file('old/notes.txt', 'not a module');
});
afterEach(() => {
  scratch.remove();
});

function tmeBox(...args: readonly string[]): Ran {
  return scratch.run(resolve('bin/tme-box'), args);
}

test('two modules: exit code 1 when protection was lost, and never when it must not', () => {
  expect(tmeBox('instrument', 'old/sub/a.ll', '-o', 'b.ll').status).toBe(0);
  expect(tmeBox('diff', 'old/sub/a.ll', 'b.ll').status).toBe(0);
  const lost = tmeBox('diff', 'b.ll', 'old/sub/a.ll');
  expect(lost).toMatchObject({ status: 1, stderr: '' });
  expect(lost.stdout).toContain('lost    accesses.c:12:3: load i32: not confined');
  expect(tmeBox('diff', '--fail-on=never', 'b.ll', 'old/sub/a.ll').status).toBe(0);
  expect(tmeBox('diff', '--fail-on=any', 'old/sub/a.ll', 'b.ll').status).toBe(1);
});

test('two folders are compared by the names of the modules in them', () => {
  cpSync(scratch.path('old'), scratch.path('new'), { recursive: true });
  expect(tmeBox('diff', 'old', 'new')).toMatchObject({ status: 0, stderr: '' });
  rmSync(scratch.path('new/gone.ll'));
  scratch.file('new/fresh.ll', '');
  const { status, stdout } = tmeBox('diff', 'old', 'new', '--format=json', '-o', 'diff.json');
  expect([status, stdout]).toEqual([1, '']);
  const report: unknown = JSON.parse(scratch.read('diff.json'));
  expect(report).toMatchObject({
    files: [
      { name: 'fresh.ll', kind: 'added' },
      { name: 'gone.ll', kind: 'removed' },
      { name: 'sub/a.ll', kind: 'both' },
    ],
  });
});

test('what cannot be read or parsed is told, and nothing is written', () => {
  expect(tmeBox('diff', 'old/sub/a.ll', 'nowhere.ll')).toMatchObject({ status: 1, stdout: '' });
  scratch.file('bad.ll', 'define void @f( {');
  const { status, stderr } = tmeBox('diff', 'old/sub/a.ll', 'bad.ll', '-o', 'out.txt');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^bad\.ll:1:18: error: /);
  expect(() => scratch.read('out.txt')).toThrow('ENOENT');
});
