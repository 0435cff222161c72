import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-diff-'));
  mkdirSync(join(folder, 'old/sub'), { recursive: true });
  cpSync('fixtures/diff/accesses.ll', join(folder, 'old/sub/a.ll'));
  writeFileSync(join(folder, 'old/gone.ll'), '');
  writeFileSync(join(folder, 'old/notes.txt'), 'not a module');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

function tmeBox(...args: readonly string[]): {
  status: number | null;
  stdout: string;
  stderr: string;
} {
  const options = { cwd: folder, encoding: 'latin1' } as const;
  const { status, stdout, stderr } = spawnSync(resolve('bin/tme-box'), [...args], options);
  return { status, stdout, stderr };
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
  cpSync(join(folder, 'old'), join(folder, 'new'), { recursive: true });
  expect(tmeBox('diff', 'old', 'new')).toMatchObject({ status: 0, stderr: '' });
  rmSync(join(folder, 'new/gone.ll'));
  writeFileSync(join(folder, 'new/fresh.ll'), '');
  const { status, stdout } = tmeBox('diff', 'old', 'new', '--format=json', '-o', 'diff.json');
  expect([status, stdout]).toEqual([1, '']);
  const report: unknown = JSON.parse(readFileSync(join(folder, 'diff.json'), 'latin1'));
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
  writeFileSync(join(folder, 'bad.ll'), 'define void @f( {');
  const { status, stderr } = tmeBox('diff', 'old/sub/a.ll', 'bad.ll', '-o', 'out.txt');
  expect(status).toBe(1);
  expect(stderr).toMatch(/^bad\.ll:1:18: error: /);
  expect(() => readFileSync(join(folder, 'out.txt'))).toThrow('ENOENT');
});
