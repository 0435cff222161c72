import {
  closeSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  openSync,
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

/** Writes what is published as `output`. */
function publish(output: string): void {
  const workspace = new Workspace();
  writeFileSync(workspace.stage(output), 'new');
  workspace.publish();
  workspace.remove();
}

test.each(['old', undefined])('a link to a file is replaced, not followed', (old) => {
  const target = join(folder, 'target');
  const link = join(folder, 'link');
  if (old !== undefined) writeFileSync(target, old);
  symlinkSync(target, link);
  publish(link);
  expect(lstatSync(link).isFile()).toBe(true);
  expect(existsSync(target) ? readFileSync(target, 'utf8') : undefined).toBe(old);
});

test('a link to a device is followed, and stays', () => {
  const link = join(folder, 'link');
  symlinkSync('/dev/null', link);
  publish(link);
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
});

test('what leads to our own descriptors is never replaced', () => {
  const descriptor = openSync(join(folder, 'file'), 'w');
  publish(`/dev/fd/${descriptor}`);
  closeSync(descriptor);
  expect(readFileSync(join(folder, 'file'), 'utf8')).toBe('new');
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
