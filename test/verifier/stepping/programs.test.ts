import { afterAll, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expectedOutput, fixtures } from '../../e2e/fixture.js';
import { loadIced } from '../../../src/verify/image/iced.js';
import { buildNative } from './native.js';
import { stepSubject } from './step-subject.js';
import { smallPrograms } from './subjects.js';

/**
 * What the analysis says of a real program is true of the processor that runs it. `make verifier-programs` does the
 * same with all small programs and with what `make programs` built.
 */
const folder = mkdtempSync(join(tmpdir(), 'tbx-stepping-'));
const tracer = await buildNative('stepping/tracer', folder);

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** Where processes may not trace others, or have no debug registers, there is nothing to see. */
const canTrace = spawnSync(tracer, ['--probe']).status === 0;
if (!canTrace) console.warn('programs are not stepped: no ptrace or no debug registers here');

(canTrace ? test : test.skip)('in a program with setjmp, one instruction at a time', async () => {
  const iced = await loadIced();
  const sampling = { samples: 4, mostSteps: 400_000 };
  const [fixture] = fixtures('programs').filter(({ name }) => name === 'setjmp');
  for await (const subject of smallPrograms(folder, 'setjmp')) {
    for await (const use of stepSubject(iced, tracer, folder, subject, sampling)) {
      const { problems, ends, steps, claims } = use.tally;
      expect(problems).toEqual([]);
      expect(ends).toEqual([0]);
      expect(steps).toBeGreaterThan(5000);
      expect(claims).toBeGreaterThan(50_000);
      expect(fixture && expectedOutput(fixture)).toBe(use.stdout.toString('latin1'));
    }
  }
  expect.assertions(5);
});
