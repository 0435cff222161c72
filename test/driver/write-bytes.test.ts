import { spawn } from 'node:child_process';
import { closeSync, constants, openSync, readFileSync } from 'node:fs';
import { once } from 'node:events';
import { writeBytes } from '../../src/driver/write-bytes.js';
import { Scratch } from '../support/scratch.js';

const scratch = new Scratch();
afterAll(() => {
  scratch.remove();
});

test('all bytes go through a pipe that does not block and is not read at once', async () => {
  scratch.must('mkfifo', ['pipe']);
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
  const descriptor = openSync(scratch.path('pipe'), constants.O_RDWR | constants.O_NONBLOCK);
  const reader = spawn('sh', ['-c', 'sleep 0.2; cat pipe > copy'], {
    cwd: scratch.folder,
  });
  writeBytes(descriptor, bytes);
  closeSync(descriptor);
  await once(reader, 'exit');
  expect(readFileSync(scratch.path('copy')).equals(bytes)).toBe(true);
});
