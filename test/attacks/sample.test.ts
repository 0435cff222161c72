/** A sample of attacks/; `make attack` tries them all. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildHost } from '../../attacks/driver/build.js';
import { tryProgram } from '../../attacks/driver/contained.js';
import {
  ATTACKS,
  classFolders,
  filesOfClasses,
  readProgram,
} from '../../attacks/driver/program.js';
import { readParts, tryCompiling } from '../../attacks/driver/refusals.js';
import { judgeContained, judgeControl } from '../../attacks/driver/verdict.js';
import { build } from '../host/build.js';

beforeAll(async () => {
  build('all');
  await buildHost();
});

test.each(['memory/stores.c', 'control/jumps.c'])('%s is contained', async (file) => {
  const program = readProgram(file);
  const result = await tryProgram(program, { allBuilds: false });
  expect(result.problems).toEqual([]);
  expect(result.attacks.length).toBeGreaterThan(9);
});

test.each(
  ['compile/intrinsics.c', 'compile/forged.ll'].flatMap((file) => readParts(file).slice(0, 2)),
)('$name is refused', async (part) => {
  expect((await tryCompiling(part)).problems).toEqual([]);
});

describe('the harness', () => {
  const attack = { name: 'a', ends: ['held'], control: { kind: 'escapes' } } as const;
  const good = { name: 'a', end: 'held', armed: true, serving: true, escape: '' };

  test.each([
    [{ escape: 'host read' }, 'escape'],
    [{ serving: false }, 'host'],
    [{ armed: false }, 'vacuous'],
    [{ end: 'exit 3' }, 'end'],
  ])('sees %j', (change, kind) => {
    const problems = judgeContained(attack, 'a', 'data -O1', { ...good, ...change });
    expect(problems).toEqual([expect.objectContaining({ kind })]);
  });

  test('is content with a contained run', () => {
    expect(judgeContained(attack, 'a', 'data -O1', good)).toEqual([]);
  });

  test('demands that the control escapes', () => {
    expect(judgeControl('a', good)).toHaveLength(1);
    expect(judgeControl('a', { ...good, escape: 'host read' })).toEqual([]);
  });
});

test('every class says which published attacks it stands for', () => {
  for (const folder of classFolders()) {
    expect([folder, existsSync(join(ATTACKS, folder, 'README.md'))]).toEqual([folder, true]);
  }
});

test('there are more than 150 attacks, each under one name', () => {
  const names = [
    ...filesOfClasses('.c').flatMap((file) => {
      const { name, attacks } = readProgram(file);
      return attacks.map((attack) => `${name}/${attack.name}`);
    }),
    ...[...filesOfClasses('.c'), ...filesOfClasses('.ll'), ...filesOfClasses('.s')].flatMap(
      (file) => readParts(file).map((part) => part.name),
    ),
  ];
  expect(names.length).toBeGreaterThan(150);
  expect(new Set(names).size).toBe(names.length);
});
