import { expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { imageIn } from '../../src/verify/image/container.js';
import { verifyImage } from '../../src/verify/image/verify.js';
import { buildSnippets } from './snippets.js';

test('a file without the section of a program is the image itself', () => {
  const { bytes } = buildSnippets('pass/calls.s');
  expect(imageIn(bytes)).toBe(bytes);
});

test('text is refused as no image', async () => {
  const { refusals, level } = await verifyImage(new TextEncoder().encode('#!/bin/sh\nexit 0\n'));
  expect(refusals.map(({ rule }) => rule)).toEqual(['TBV0001']);
  expect(level).toBeUndefined();
});

test('the command says what was proven; a verdict needs room, and a refused image gets none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-verify-'));
  const verify = (name: string, bytes: Uint8Array, ...options: readonly string[]) => {
    writeFileSync(join(folder, name), bytes);
    const words = ['verify', ...options, name];
    return spawnSync(resolve('bin/tme-box'), words, { cwd: folder, encoding: 'latin1' });
  };
  try {
    const { bytes } = buildSnippets('pass/calls.s');
    const digest = verify('good', bytes, '--digest').stdout;
    expect(digest).toMatch(/^[0-9a-f]{64}\n$/);
    const json: unknown = JSON.parse(verify('good', bytes, '--json').stdout);
    expect(json).toMatchObject({ file: 'good', level: 'code+data', digest: digest.trim() });
    const noRoom = verify('good', bytes, '--stamp');
    expect(noRoom.status).toBe(1);
    expect(noRoom.stderr).toContain('good has no room for a verdict');
    expect(noRoom.stderr).toContain('[TBX0813]');
    const bad = buildSnippets('fail/branches.s').bytes;
    const refused = verify('bad', bad, '--stamp', '--digest');
    expect(refused).toMatchObject({ status: 3, stdout: '' });
    expect(refused.stderr).toMatch(/^bad:0x\w+ <.*>: error: .*\[TBV0002\]$/m);
    expect(readFileSync(join(folder, 'bad')).equals(bad)).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
