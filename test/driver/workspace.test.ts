import {
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Workspace } from '../../src/driver/workspace.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('an output appears when it is published, and its old contents stay till then', () => {
  const output = join(folder, 'a.o');
  writeFileSync(output, 'old');
  const workspace = new Workspace();
  writeFileSync(workspace.stage(output), 'new');
  expect(readFileSync(output, 'utf8')).toBe('old');
  workspace.publish();
  workspace.remove();
  expect(readFileSync(output, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a.o']);
});

test('what was not published is gone, and so are the temporary files', () => {
  const workspace = new Workspace();
  const temporary = workspace.file('.ll');
  writeFileSync(temporary, 'x');
  writeFileSync(workspace.stage(join(folder, 'a.o')), 'x');
  workspace.remove();
  expect(readdirSync(folder)).toEqual([]);
  expect(existsSync(temporary)).toBe(false);
});

test('what is no regular file is written through, not replaced', () => {
  const target = join(folder, 'target');
  const link = join(folder, 'link');
  writeFileSync(target, 'old');
  symlinkSync(target, link);
  const workspace = new Workspace();
  writeFileSync(workspace.stage(link), 'new');
  expect(readFileSync(target, 'utf8')).toBe('old');
  workspace.publish();
  workspace.remove();
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(target, 'utf8')).toBe('new');
});

test('what is not published yet stands where nobody else can put a link', () => {
  const workspace = new Workspace();
  const staged = workspace.stage(join(folder, 'a.o'));
  expect(dirname(staged)).not.toBe(folder);
  expect(statSync(dirname(staged)).mode & 0o777).toBe(0o700);
  expect(workspace.stage(join(folder, 'b.o'))).not.toBe(staged);
  workspace.remove();
  expect(readdirSync(folder)).toEqual([]);
});
