import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { VALUE } from '../../../src/verify/image/values.js';
import { type Activation, type Claims, type Concrete, falseClaim } from './claims.js';
import { runJoins } from './joins.js';
import { Random } from '../../support/random.js';
import type { Tally } from './comparison.js';
import { buildNative } from '../stepping/native.js';
import { runTrial } from './trial.js';
import { runStores } from './words.js';

/**
 * What the analysis says of a place has to be true whenever the processor comes there. Random functions are run one
 * instruction at a time beside it; `make verifier-property N=…` does more of the same.
 */
let iced: Iced;
let folder = '';
let stepper = '';

beforeAll(async () => {
  iced = await loadIced();
  folder = mkdtempSync(join(tmpdir(), 'tbx-property-'));
  stepper = await buildNative('property/stepper', folder);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

describe('all that is claimed is true of the processor', () => {
  const seen = new Map<number, number>();
  const trial = (seed: number, detail: 'full' | 'coarse' | 'halves'): Tally =>
    runTrial(iced, stepper, { seed, functions: 40, runs: 6, detail });

  test.each([
    [1, 'full'],
    [2, 'full'],
    [3, 'coarse'],
    [4, 'halves'],
    [5, 'full'],
    [6, 'full'],
  ] as const)('in random functions of seed %i, %s', (seed, detail) => {
    const { problems, byKind, steps } = trial(seed, detail);
    expect(problems).toEqual([]);
    expect(steps).toBeGreaterThan(500);
    for (const [kind, times] of byKind) seen.set(kind, (seen.get(kind) ?? 0) + times);
  });

  test.each([
    [7, 'coarse'],
    [10, 'full'],
    [16, 'halves'],
  ] as const)('in random functions about the stack of seed %i, %s', (seed, detail) => {
    const { problems, steps } = runTrial(iced, stepper, {
      seed,
      functions: 40,
      runs: 4,
      detail,
      subject: 'stack',
    });
    expect(problems).toEqual([]);
    expect(steps).toBeGreaterThan(500);
  });

  test('and claims of every kind were made', () => {
    const missing = Object.values(VALUE).filter(
      (kind) => kind !== VALUE.unknown && !seen.has(kind),
    );
    expect(missing).toEqual([]);
    // Comparisons and bounds.
    expect([seen.has(-1), seen.has(-2)]).toEqual([true, true]);
  });
});

describe('what states say where they meet is true of all that came there', () => {
  test.each(['full', 'halves', 'coarse'] as const)('in %s detail', (detail) => {
    const seeds = Array.from({ length: detail === 'full' ? 4000 : 500 }, (_, seed) => seed);
    const problems = seeds.map((seed) => runJoins(new Random(seed), detail));
    expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
  });
});

test('what states say of words of the frame is true, whatever is stored', () => {
  const problems = Array.from({ length: 2000 }, (_, seed) => runStores(new Random(seed)));
  expect(problems.filter((problem) => problem !== undefined)).toEqual([]);
});

describe('a claim that is false is seen', () => {
  const entry = 0x10000n;
  const registers = new BigUint64Array(16);
  const activation: Activation = { entry, registers };
  const concrete: Concrete = {
    registers: new BigUint64Array(16).fill(7n),
    flags: 1n,
    word: (address) => (address === entry - 16n ? 5n : 0n),
  };
  const none: Claims = {
    values: [],
    bounds: [],
    compared: undefined,
    frames: new Map([[16, { from: -8, size: 64 }]]),
    jumpTargets: () => ({ start: 0, targets: [0] }),
    callSlots: () => [0],
  };
  const addresses = new Int32Array([8]);
  const register = (kind: number, payload: number): Claims => ({
    ...none,
    values: [{ place: 'rcx', kind, payload, slot: undefined, register: 1 }],
  });

  test.each([
    ['stack', register(VALUE.stack, -8)],
    ['aligned', register(16, 0)],
    ['saved', register(VALUE.saved, 3)],
    ['constant', register(VALUE.constant, 8)],
    ['code', register(VALUE.code, 8)],
    ['range', register(VALUE.range, 6)],
    ['masked', register(VALUE.masked, 3)],
    ['tableEntry', register(VALUE.tableEntry, 0)],
    ['tableTarget', register(VALUE.tableTarget, 0)],
    ['callee', register(VALUE.callee, 0)],
    [
      'numbers that differ',
      {
        ...none,
        values: [
          { place: 'rcx', kind: VALUE.number, payload: 1, slot: undefined, register: 1 },
          {
            place: 'slot',
            kind: VALUE.number32,
            payload: 1,
            slot: { base: 1, offset: -16 },
            register: -1,
          },
        ],
      },
    ],
    [
      'bound',
      { ...register(VALUE.number, 1), bounds: [{ kind: VALUE.number8, name: 1, bound: 6 }] },
    ],
    [
      'flags',
      { ...register(VALUE.number, 1), compared: { kind: VALUE.number, name: 1, bound: 7 } },
    ],
  ] as const)('%s', (_name, claims) => {
    expect(falseClaim(claims, concrete, activation, addresses)).toBeDefined();
  });

  test.each([
    ['constant', register(VALUE.constant, 7)],
    ['range', register(VALUE.range, 7)],
    ['masked', register(VALUE.masked, 15)],
    [
      'flags',
      { ...register(VALUE.number, 1), compared: { kind: VALUE.number, name: 1, bound: 9 } },
    ],
  ] as const)('and a true one is not: %s', (_name, claims) => {
    expect(falseClaim(claims, concrete, activation, addresses)).toBeUndefined();
  });
});
