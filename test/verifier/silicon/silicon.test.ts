/**
 * What the verifier counts on of an operand in the window, this processor does: the address is cut to 32 bits, and no
 * byte beside the operand's own is touched. Instructions that it lacks are left out.
 */
import { expect, test } from '@jest/globals';
import { loadIced } from '../../../src/verify/image/iced.js';
import { Scratch } from '../../support/scratch.js';
import { memoryInstructions } from './instructions.js';

test('each allowed instruction touches its operand and nothing else', async () => {
  const scratch = new Scratch();
  const instructions = memoryInstructions(await loadIced());
  const lines = instructions.map(
    ({ name, size, bytes }) => `${name} ${size} ${[...bytes].map(hexadecimal).join(' ')}\n`,
  );
  const source = new URL('silicon.c', import.meta.url).pathname;
  const program = scratch.path('silicon');
  scratch.must('clang-22', [
    '-std=gnu17',
    '-O1',
    '-Wall',
    '-Wextra',
    '-Werror',
    source,
    '-o',
    program,
  ]);
  const said = scratch
    .must(program, [], { input: lines.join('') })
    .trimEnd()
    .split('\n');
  scratch.remove();
  // Masks of zeros leave everything out, and prefetches touch nothing for a program to see.
  const surprises = said.filter(
    (line) => line !== 'ran' && !/^(?:VEX_Vp?maskmov|Prefetch|Nop).* touches nothing$/.test(line),
  );
  expect(surprises).toEqual([]);
  expect(instructions.length).toBeGreaterThan(2000);
  expect(said.filter((line) => line === 'ran').length).toBeGreaterThan(700);
});

const hexadecimal = (byte: number): string => byte.toString(16).padStart(2, '0');
