/** The steps that docs/instrumented-ir.md shows, as it shows them. */

import { mkdirSync } from 'node:fs';
import { Scratch, withCommands } from '../support/scratch.js';
import { blocks } from './markdown.js';

test('instrumented IR is made, committed, checked and compared', () => {
  const steps = blocks('docs/instrumented-ir.md', 'sh');
  expect(steps).toHaveLength(3);
  const scratch = new Scratch();
  mkdirSync(scratch.path('ir/sub'), { recursive: true });
  scratch.file('a.c', 'int f(int *p) { return *p; }\n');
  const compile = 'clang-22 -O1 -S -emit-llvm a.c -o ir/sub/a.ll\ngit init -q\n';
  const environment = withCommands({ HOME: scratch.folder });
  const said = scratch.shell(compile + steps.join(''), environment);
  expect(said).toContain('0 lost, 0 gained, 0 changed');
  expect(scratch.read('golden/sub/a.tbx.ll')).toContain('load i32, ptr addrspace(256)');
  scratch.remove();
});
