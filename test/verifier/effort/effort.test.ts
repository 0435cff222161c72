import { describe, expect, test } from '@jest/globals';
import { effortLimit } from '../../../src/verify/image/effort.js';
import { Owners } from '../../../src/verify/image/owners.js';
import { OrderedSet } from '../../../src/verify/image/ordered-set.js';
import { verifyImage, type Verdict } from '../../../src/verify/image/verify.js';
import { Random } from '../../support/random.js';
import { linkWithPrelude } from '../snippets.js';
import { HOSTILE } from './hostile.js';

/** Of code; what is refused here for what it costs would take minutes for megabytes. */
const SIZE = 20_000;
const REFUSED = ['one table for many jumps', 'small loops', 'words that are lost one by one'];
/** What was more than proportional once. */
const PROPORTIONAL = [
  'calls backward',
  'jumps backward',
  'tail calls',
  'pointers',
  'one detail after another',
  'one detail for all',
  'shared tails in a row',
];

async function verify(name: string, size: number): Promise<Verdict> {
  const make = HOSTILE[name];
  if (make === undefined) throw new Error(name);
  const { text, level } = make(size);
  return verifyImage(linkWithPrelude(text, level));
}

describe('what an image costs is bounded by its size', () => {
  test.each(Object.keys(HOSTILE))('%s', async (name) => {
    const { refusals, statistics } = await verify(name, SIZE);
    const limit = effortLimit(statistics.codeBytes);
    // What the last step costs may come on top.
    expect(statistics.effort).toBeLessThan(1.01 * limit);
    expect(statistics.effort).toBeGreaterThan(0);
    const isRefused = refusals.some(({ message }) => message.includes('what it may cost'));
    expect(isRefused).toBe(statistics.effort > limit);
  });

  test.each(REFUSED)('%s is refused for what it costs', async (name) => {
    const { refusals, level } = await verify(name, 3 * SIZE);
    expect(level).toBeUndefined();
    expect(refusals.map(({ rule, message }) => `${rule} ${message}`)).toContainEqual(
      'TBV0012 the analysis does not end in what it may cost for so much code',
    );
  });

  test.each(PROPORTIONAL)('%s costs as much for each byte of a larger image', async (name) => {
    const [small, large] = [await verify(name, SIZE / 4), await verify(name, 2 * SIZE)];
    const perByte = ({ statistics }: Verdict): number => statistics.effort / statistics.codeBytes;
    expect(perByte(large)).toBeLessThan(1.3 * perByte(small));
  });
});

test('uses of arguments are handed on over a long way of jumps in one go', () => {
  const count = 300_000;
  const owners = new Owners(count + 1);
  // Each jump is found before the one that it depends on.
  for (let at = 0; at < count; at++) owners.jump(at, at + 1);
  owners.use(count, 24, true);
  owners.use(count >> 1, 40, false);
  owners.settle();
  expect(owners.usedBy(0)).toEqual({ read: 40, written: 24 });
  expect(owners.usedBy((count >> 1) + 1)).toEqual({ read: 24, written: 24 });
});

test('uses of arguments are handed on over jumps through tables, as one does it step by step', () => {
  for (let seed = 0; seed < 300; seed++) {
    const random = new Random(seed);
    const count = 12;
    const owners = new Owners(count);
    const jumps: [number, number][] = [];
    for (let i = 0; i < 14; i++) {
      const [from, to] = [random.below(count), random.below(count)];
      owners.jump(from, to);
      jumps.push([from, to]);
    }
    for (let table = 0; table < 2; table++) {
      const slots = [random.below(count), random.below(count)];
      const from = random.below(count);
      owners.jumpAll(from, table, slots);
      for (const slot of slots) jumps.push([from, slot]);
    }
    const uses = Array.from({ length: count }, () => ({
      read: 8 * random.below(9),
      written: 8 * random.below(5),
    }));
    uses.forEach(({ read, written }, owner) => {
      owners.use(owner, read, false);
      owners.use(owner, written, true);
    });
    owners.settle();
    for (let round = 0; round < count; round++) {
      for (const [from, to] of jumps) {
        const [one, other] = [uses[from], uses[to]];
        if (one === undefined || other === undefined) continue;
        one.read = Math.max(one.read, other.read);
        one.written = Math.max(one.written, other.written);
      }
    }
    const expected = uses.map(({ read, written }) => ({ read: Math.max(read, written), written }));
    expect(uses.map((_, owner) => owners.usedBy(owner))).toEqual(expected);
  }
});

test.each([1, 32, 33, 1024, 5000, 70_000])('an ordered set of numbers below %i', (limit) => {
  const random = new Random(limit);
  const set = new OrderedSet(limit);
  const known = new Set<number>();
  for (let i = 0; i < 200; i++) {
    const number = random.below(limit);
    if (random.below(3) > 0) {
      set.add(number);
      known.add(number);
    } else {
      set.delete(number);
      known.delete(number);
    }
    const from = random.below(limit + 1);
    const above = [...known].filter((member) => member >= from);
    expect(set.next(from)).toBe(above.length === 0 ? -1 : Math.min(...above));
    expect(set.has(number)).toBe(known.has(number));
  }
});
