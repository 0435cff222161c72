import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { analyse } from '../../../src/verify/image/analysis.js';
import { imageIn } from '../../../src/verify/image/container.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { readImage } from '../../../src/verify/image/elf.js';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { PLAIN } from '../../../src/verify/image/plain.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { Scratch } from '../../support/scratch.js';
import { buildSnippets } from '../snippets.js';
import { claimsOf } from './claims.js';
import { Random } from '../../support/random.js';
import { randomImage } from './trial.js';

/**
 * Instructions that do the same in all states are passed over together. What is known at the places behind them, and
 * what is refused, has to be the same as when each is executed by itself.
 */
const PROGRAM = `#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
static int compare(const void *a, const void *b) { return strcmp(a, b); }
int main(int count, char **words) {
  char copies[8][16];
  for (int i = 0; i < 8; i++) snprintf(copies[i], 16, "%g", strtod(words[0], 0) * sin(i));
  qsort(copies, 8, 16, compare);
  for (int i = 0; i < 8; i++) printf("%s %d\\n", copies[i], count);
}
`;

let iced: Iced;
const scratch = new Scratch();

beforeAll(async () => {
  iced = await loadIced();
});
afterAll(() => {
  scratch.remove();
});

interface Told {
  readonly refusals: ReadonlySet<string>;
  readonly findings: unknown;
  /** What is known at places, by instruction: how much, and each single thing. */
  readonly places: ReadonlyMap<number, { readonly detail: Detail; readonly known: Set<string> }>;
}

/** What is said with `detail`, of plain instructions together or of each by itself. */
function told(bytes: Uint8Array, detail: Detail, isTogether: boolean): Told {
  const refusals: string[] = [];
  const places = new Map<number, { detail: Detail; known: Set<string> }>();
  const refuse = (rule: string, address: number | undefined): void => {
    refusals.push(`${rule} ${address ?? 0}`);
  };
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error(refusals.join('\n'));
  const code = decodeImage(decoderFacts(iced), image, refuse);
  if (!isTogether) code.encodings.plain.fill(PLAIN.never);
  const all = analyse(image, code, rootsOf(image, code, refuse), refuse, {
    detail,
    visitPlace: (at, state, tables, frames) => {
      const { values, bounds, compared } = claimsOf(state, tables, frames);
      const known = [...values, ...bounds, { compared }].map((claim) => JSON.stringify(claim));
      places.set(at, { detail: state.detail, known: new Set(known) });
    },
  });
  // What it costs is another matter.
  const findings = { ...all, effort: 0 };
  return { refusals: new Set(refusals), findings, places };
}

function expectNoDifference(bytes: Uint8Array): void {
  for (const detail of ['halves', 'full'] as const) {
    const together = told(bytes, detail, true);
    expect(together.places.size).toBeGreaterThan(5);
    expect(together).toEqual(told(bytes, detail, false));
  }
}

/** Coarse states know less of what they pass over, and functions begin anew where that is too little. */
function expectSameVerdict(bytes: Uint8Array): void {
  const [together, single] = [told(bytes, 'coarse', true), told(bytes, 'coarse', false)];
  expect(together.refusals).toEqual(single.refusals);
  expect(together.findings).toEqual(single.findings);
}

test('in a program with libc', () => {
  scratch.file('program.c', PROGRAM);
  scratch.must(resolve('bin/tbx-cc'), ['-O2', 'program.c', '-lm', '-o', 'program']);
  const image = imageIn(readFileSync(scratch.path('program')));
  expectNoDifference(image);
  expectSameVerdict(image);
});

test.each(['pass/calls.s', 'pass/jump-tables.s', 'pass/frames.s', 'fail/joins.s', 'fail/jumps.s'])(
  'in %s',
  (file) => {
    const { bytes } = buildSnippets(file);
    expectNoDifference(bytes);
    expectSameVerdict(bytes);
  },
);

test.each([1, 2, 3, 4])('in random functions of seed %i', (seed) => {
  for (const subject of ['values', 'stack'] as const) {
    const { bytes } = randomImage(new Random(seed), 40, subject);
    expectNoDifference(bytes);
    expectSameVerdict(bytes);
  }
});
