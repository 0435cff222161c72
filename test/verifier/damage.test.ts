import { beforeAll, describe, expect, test } from '@jest/globals';
import { CONTROL_KINDS } from '../../damage/control.js';
import { fileDamages, fileOutcome } from '../../damage/file.js';
import { INSERTED_KINDS } from '../../damage/inserted.js';
import type { Kind } from '../../damage/kind.js';
import { OPERAND_KINDS } from '../../damage/operands.js';
import { applied, type Trial, tryDamages } from '../../damage/trial.js';
import { readVictim, type Victim } from '../../damage/victim.js';
import { verifyImage } from '../../src/verify/image/verify.js';
import { buildSnippets } from './snippets.js';

/**
 * A sample of `make damage`: the snippets that are accepted, damaged in all ways that there are. Each damaged image has
 * to be refused, but where the kind of damage says why not.
 */
const FILES = ['pass/operands.s', 'pass/frames.s', 'pass/calls.s', 'pass/jump-tables.s'];
const PLACES = 8;
const KINDS: readonly Kind[] = [...OPERAND_KINDS, ...CONTROL_KINDS, ...INSERTED_KINDS];
let victims: readonly Victim[] = [];

beforeAll(async () => {
  victims = await Promise.all(
    FILES.map((file) => readVictim(file, new Uint8Array(buildSnippets(file).bytes))),
  );
});

async function trialsOf(kind: Kind): Promise<readonly Trial[]> {
  const trials: Trial[] = [];
  for (const victim of victims) {
    const damages = kind.places(victim);
    const step = Math.max(1, Math.floor(damages.length / PLACES));
    const candidates = damages
      .filter((_, at) => at % step === 0)
      .map((damage) => ({ kind, damage }));
    trials.push(...(await tryDamages(victim, candidates)));
  }
  return trials;
}

describe('damage to code', () => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', async (_, kind) => {
    const trials = await trialsOf(kind);
    const escaped = trials.filter(({ outcome }) => outcome === 'ESCAPED');
    expect(escaped.map(({ damage }) => `0x${damage.address.toString(16)}`)).toEqual([]);
    const wanted = kind.expectation === 'refused' ? ['refused', 'harmless'] : ['confined'];
    const hasWanted = trials.some(({ outcome }) => wanted.includes(outcome));
    expect(trials.length === 0 || hasWanted).toBe(true);
  });

  test('the snippets have places for all kinds but these', () => {
    const without = KINDS.filter((kind) =>
      victims.every((victim) => kind.places(victim).length === 0),
    );
    expect(without.map(({ name }) => name)).toEqual([
      'window operand widened by REX.W',
      'frame displacement moved by 65536',
      'frame displacement moved by -65536',
      'call mask with a hole filled from above',
    ]);
  });
});

test('damage to headers and notes: no image, the same image, or one with another digest', () => {
  const [victim] = victims;
  if (victim === undefined) throw new Error('no snippets');
  const outcomes = new Map<string, number>();
  for (const { patch } of fileDamages(victim)) {
    const outcome = fileOutcome(victim, applied(victim.bytes, [patch]));
    outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
  }
  expect(outcomes.get('no image')).toBeGreaterThan(500);
  expect(outcomes.get('other image')).toBeGreaterThan(5);
  expect(outcomes.get('same image, other verdict')).toBeUndefined();
});

test('an image of which nothing was damaged is accepted', async () => {
  for (const { bytes } of victims) expect((await verifyImage(bytes)).level).toBe('code+data');
});
