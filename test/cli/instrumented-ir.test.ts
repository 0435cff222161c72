/** The steps that docs/instrumented-ir.md shows, as it shows them. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { blocks } from './markdown.js';

test('instrumented IR is made, committed, checked and compared', () => {
  const steps = blocks('docs/instrumented-ir.md', 'sh');
  expect(steps).toHaveLength(3);
  const folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));
  mkdirSync(join(folder, 'ir/sub'), { recursive: true });
  writeFileSync(join(folder, 'a.c'), 'int f(int *p) { return *p; }\n');
  const compile = 'clang-22 -O1 -S -emit-llvm a.c -o ir/sub/a.ll\ngit init -q\n';
  const { status, stdout, stderr } = spawnSync('sh', ['-euc', compile + steps.join('')], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, HOME: folder, PATH: `${resolve('bin')}:${process.env['PATH'] ?? ''}` },
  });
  const result = join(folder, 'golden/sub/a.tbx.ll');
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain('0 lost, 0 gained, 0 changed');
  expect(readFileSync(result, 'utf8')).toContain('load i32, ptr addrspace(256)');
  rmSync(folder, { recursive: true });
});
