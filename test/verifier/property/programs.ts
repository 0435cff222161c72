/** Random programs, verified, run instruction by instruction, and compared with what was claimed of them. */
import { readImage } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { instructionAt } from '../../../src/verify/image/tables.js';
import { Random } from '../../support/random.js';
import { linkWithPrelude } from '../snippets.js';
import { analyseImage } from './analysed.js';
import { Comparison, type Tally } from './comparison.js';
import { randomProgram, type RandomProgram } from './program-generator.js';
import { entriesOf, request, step } from './stepping.js';

export interface ProgramTrial {
  readonly seed: number;
  /** How many programs the image has. */
  readonly programs: number;
  /** How often each function is run. */
  readonly runs: number;
  /** What functions begin with. */
  readonly detail: Detail;
}

/** More would be spent in programs that call themselves. */
const STEPS = 150;
/** Every so many images are of level `data`. */
const DATA = 2;

/** Everything from the generation to the comparison, of one image; what is counted as functions are programs. */
export function runPrograms(
  iced: Iced,
  stepper: string,
  { seed, programs: count, runs, detail }: ProgramTrial,
): Tally {
  const random = new Random(seed);
  const level = seed % DATA === 0 ? 'data' : 'code+data';
  const mostWords = random.pick([1, 2, 3]);
  const options = { usesPointers: level === 'data', mostWords };
  const programs = Array.from({ length: count }, (_, index) =>
    randomProgram(random, `p${index}`, options),
  );
  const bytes = linkWithPrelude(imageText(programs), level);
  const symbols = readSymbols(bytes, (name) => /^p\d+_f\d+$/.test(name));
  const programAt = (address: number): string | undefined =>
    symbols.at(address)?.name.replace(/_.*/, '');
  const refused = new Set<string>();
  const refuse = (rule: string, address: number | undefined, message: string): void => {
    const name = programAt(address ?? 0);
    if (name === undefined) throw new Error(`${rule} ${address ?? ''} ${message}`);
    refused.add(name);
  };
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error('no image');
  const { code, claims } = analyseImage(iced, image, { detail }, refuse);
  const accepted = programs.filter(({ name }) => !refused.has(name));
  const entries = entriesOf(
    bytes,
    accepted.flatMap(({ functions }) => functions),
  );
  const rooted = accepted.flatMap(({ called, exported }) => [...new Set([...called, ...exported])]);
  const requests = rooted.flatMap((name) =>
    Array.from({ length: runs }, () => request(entries.get(name) ?? 0, random, STEPS)),
  );
  const hostCalls = accepted
    .flatMap(({ exported }) => exported)
    .map((name) => instructionAt(code, entries.get(name) ?? 0));
  const output = step(stepper, image, Buffer.concat(requests));
  const comparison = new Comparison(code, claims, `seed ${seed}`, new Set(hostCalls));
  return comparison.compare(output, count, refused.size);
}

/** The image's entry calls some functions of each program; the host calls others. */
function imageText(programs: readonly RandomProgram[]): string {
  const calls = programs.flatMap(({ called }) => called.map((name) => `\tcall ${name}`));
  const exported = programs.flatMap(({ exported }) => exported);
  const lines = [
    '\t.section .text.start, "ax", @progbits',
    '\t.globl _start',
    '_start:',
    '\tsubq $512, %rsp',
    ...calls,
    '\tud2',
    '\t.section .tbx.library, "a", @progbits',
    '\t.ascii "TBXLIB1"',
    '\t.byte 0',
    '\t.long exports, exports_end',
    '\t.quad 0',
    '\t.section .rodata, "a", @progbits',
    '\t.p2align 3',
    'exports:',
    ...exported.map((name) => `\t.quad ${name}, 0`),
    'exports_end:',
  ];
  const texts = programs.map(({ text }) => text);
  return `${texts.join('')}${lines.join('\n')}\n`;
}
