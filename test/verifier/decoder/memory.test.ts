import { beforeAll, expect, test } from '@jest/globals';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { Random } from '../../support/random.js';
import { FAMILIES } from './families.js';
import { MemoryCheck } from './memory.js';

/** What is learnt from one instruction is right of all others: a part of `make verifier-memory`. */
let iced: Iced;

beforeAll(async () => {
  iced = await loadIced();
});

test('instructions of every opcode are read with a memory as without', () => {
  const check = new MemoryCheck(iced);
  const random = new Random(1);
  // EVEX has the most opcodes, and the fewest that are any.
  const families = FAMILIES.filter(
    ({ name }, number) => !name.startsWith('evex') || number % 4 === 0,
  );
  const found = families.flatMap((family) => check.check(family, random, 16) ?? []);
  expect(found).toEqual([]);
  expect(check.instructions).toBeGreaterThan(10_000);
});
