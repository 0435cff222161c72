import { spawn, spawnSync } from 'node:child_process';
import { closeSync, constants, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeBytes } from '../../src/driver/write-bytes.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

test('all bytes go through a pipe that does not block and is not read at once', async () => {
  const pipe = join(folder, 'pipe');
  expect(spawnSync('mkfifo', [pipe]).status).toBe(0);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const descriptor = openSync(pipe, constants.O_RDWR | constants.O_NONBLOCK);
  const reader = spawn('sh', ['-c', 'sleep 0.2; cat pipe > copy'], { cwd: folder });
  writeBytes(descriptor, bytes);
  closeSync(descriptor);
  await once(reader, 'exit');
  expect(readFileSync(join(folder, 'copy')).equals(bytes)).toBe(true);
});
