/** Random programs, verified, run instruction by instruction, and compared with what was claimed of them. */
import { analyse } from '../../../src/verify/image/analysis.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { readImage } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import type { Visit } from '../../../src/verify/image/paths.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { instructionAt, type Tables } from '../../../src/verify/image/tables.js';
import { Random } from '../../support/random.js';
import { linkWithPrelude } from '../snippets.js';
import { type Claims, claimsOf } from './claims.js';
import { type AllClaims, Comparison, type Tally } from './comparison.js';
import { randomProgram, type RandomProgram } from './program-generator.js';
import { entriesOf, request, step } from './stepping.js';

export interface ProgramTrial {
  readonly seed: number;
  /** How many programs the image has. */
  readonly programs: number;
  /** How often each function is run. */
  readonly runs: number;
  /** What functions begin with. Those that begin anew leave states behind of which one may be true by chance. */
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
  const code = decodeImage(decoderFacts(iced), image, refuse);
  const traced = new TracedClaims();
  const findings = analyse(image, code, rootsOf(image, code, refuse), refuse, {
    detail,
    trace: traced.trace,
  });
  const claims = traced.claims(findings.reached);
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

/**
 * With what states paths came to instructions. One of them must be true of each run that comes there: which one that
 * is depends on its way, as paths that passed an instruction before a branch made it a place went on by themselves.
 */
class TracedClaims {
  #tables: Tables | undefined;
  readonly #byPlace = new Map<number, Map<string, Claims>>();

  readonly trace: Visit = (at, state, tables, frames) => {
    // What an earlier round proved does not count.
    if (tables !== this.#tables) this.#byPlace.clear();
    this.#tables = tables;
    const here = this.#byPlace.get(at) ?? new Map<string, Claims>();
    const claims = claimsOf(state, tables, frames);
    const { values, bounds, compared } = claims;
    here.set(JSON.stringify([values, bounds, compared]), claims);
    this.#byPlace.set(at, here);
  };

  /** None for what was passed over together with what is in front of it. */
  claims(reached: Uint8Array): AllClaims {
    const all = new Map<number, readonly Claims[]>();
    reached.forEach((isReached, at) => {
      if (isReached === 1) all.set(at, [...(this.#byPlace.get(at)?.values() ?? [])]);
    });
    return all;
  }
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
