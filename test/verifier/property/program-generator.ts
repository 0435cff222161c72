/**
 * Random programs of a few functions that have to do with each other: they call, jump to the entry, the middle or the
 * end of one another, fall into the next, go through call tables and pointers, and read and write what their callers
 * have on the stack. Most keep the rules by themselves, so that what one of them does in the frame of another, or leaves
 * in its registers, decides.
 */
import type { Random } from '../../support/random.js';
import {
  type CallTableText,
  FRAMES,
  type Others,
  POINTER_WAYS,
  ProgramFunction,
  WAYS,
} from './program-function.js';

/** A program in assembly. */
export interface RandomProgram {
  readonly name: string;
  readonly text: string;
  /** The labels of its functions. */
  readonly functions: readonly string[];
  /** Those that the image's entry calls, and those that the host does. */
  readonly called: readonly string[];
  readonly exported: readonly string[];
}

/** What all programs of an image have in common. */
export type ProgramOptions = Pick<Others, 'usesPointers' | 'mostWords'>;

export function randomProgram(
  random: Random,
  name: string,
  options: ProgramOptions,
): RandomProgram {
  const count = 3 + random.below(4);
  const functions = Array.from({ length: count }, (_, index) => `${name}_f${index}`);
  const frames = functions.map(() => random.pick(FRAMES));
  const tables = Array.from({ length: 1 + random.below(2) }, (_, index) => ({
    label: `${name}_table${index}`,
    slots: Array.from({ length: random.pick([2, 2, 4]) }, () => random.pick(functions)),
  }));
  const words = Math.min(random.pick([0, 1, 1, 2, 3]), options.mostWords);
  const way = random.pick(options.usesPointers ? POINTER_WAYS : WAYS);
  const others = { ...options, functions, frames, tables, words, way };
  const bodies = functions.map((_, index) => new ProgramFunction(random, others, index).text());
  const called = functions.filter((_, index) => index === 0 || random.below(3) === 0);
  const exported = functions.filter(() => random.below(words === 0 ? 3 : 30) === 0);
  const text = [
    `\t.section .text.${name}, "ax", @progbits`,
    '\t.p2align 4, 0xcc',
    ...functions.flatMap((label) => [`\t.globl ${label}`, `\t.type ${label}, @function`]),
    ...bodies,
    ...tables.flatMap(tableLines),
  ];
  return { name, text: `${text.join('\n')}\n`, functions, called, exported };
}

function tableLines({ label, slots }: CallTableText): readonly string[] {
  return ['\t.p2align 3, 0xcc', `${label}:`].concat(
    slots.flatMap((slot) => [`\tjmp ${slot}`, '\t.p2align 3, 0xcc']),
  );
}
