/** Functions of a real image, changed where the verifier accepts it, called with registers at random, and compared. */
import type { Code } from '../../../src/verify/image/code.js';
import { type ImageFile, readImage } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import { readSymbols } from '../../../src/verify/image/symbols.js';
import { Random } from '../../support/random.js';
import { randomWord } from '../property/random-word.js';
import { type Analysed, analyseImage, mustAccept } from '../property/analysed.js';
import { call, type Call, type Part, registersOf } from './calls.js';
import {
  bodiesOf,
  bodyAt,
  branchTargets,
  calledPlaces,
  makeMutant,
  type Mutant,
} from './mutants.js';
import type { Body } from './mutations.js';
import { compareRecords, type Tally } from './records.js';
import { tableOf } from './table.js';

const CALLS = 4;
/** Functions that call one another from the entry on are left as they are. */
const START_DEPTH = 3;
const SAMPLING = { samples: 6, mostSteps: 400 } as const;
/** Memory that pointers lead to, and which is full of them. */
const HEAP = { offset: 0x5000_0000, size: 1 << 16 } as const;

/** An image that is accepted as it is. */
export interface Original extends Analysed {
  readonly bodies: readonly Body[];
}

export interface MutantTally extends Tally {
  readonly tried: number;
  readonly accepted: number;
  /** Each problem, with what was changed in its function. */
  readonly lines: readonly string[];
}

/** Reads an image. @throws when it is refused */
export function readOriginal(iced: Iced, bytes: Uint8Array): Original {
  const refuse = mustAccept('the program');
  const image = readImage(bytes, refuse);
  if (image === undefined) throw new Error('no image');
  const analysed = analyseImage(iced, image, { detail: 'coarse' }, refuse);
  const symbols = readSymbols(bytes);
  const bodies = bodiesOf(analysed.code, analysed.findings, symbols);
  const kept = startOf(analysed.code, bodies, image.entry);
  return { ...analysed, bodies: bodies.filter((body) => !kept.has(body)) };
}

/** Where the program begins: of one that goes nowhere all is accepted. */
function startOf(code: Code, bodies: readonly Body[], entry: number): ReadonlySet<Body> {
  const found = new Set<Body>();
  let level = [entry];
  for (let depth = 0; depth < START_DEPTH; depth++) {
    const reached = level.flatMap((address) => bodyAt(code, bodies, address) ?? []);
    for (const body of reached) found.add(body);
    level = reached.flatMap((body) => branchTargets(code, body));
  }
  return found;
}

/** Changes all functions, and calls those that are left changed. */
export function mutantTrial(
  iced: Iced,
  stepper: string,
  folder: string,
  original: Original,
  seed: number,
): MutantTally {
  const random = new Random(seed);
  const mutant = makeMutant(iced, random, original, original.bodies);
  const { image } = mutant;
  const ignore = (): void => undefined;
  const analysed = analyseImage(iced, image, { detail: 'coarse' }, ignore);
  const claims = [analysed.claims, analyseImage(iced, image, { detail: 'full' }, ignore).claims];
  const table = tableOf(analysed, claims, SAMPLING);
  const memory = [heapFor(random, image)];
  const calls = callsOf(random, analysed, [...mutant.mutations.keys()]);
  const records = call(stepper, folder, { image, table, memory }, calls);
  const tally = compareRecords(records, analysed.code, claims);
  return {
    ...tally,
    tried: mutant.tried,
    accepted: mutant.mutations.size,
    lines: tally.problems.map(({ at, message }) => {
      const address = analysed.code.address[at] ?? 0;
      return `0x${address.toString(16)} ${changeAt(original, mutant, address)}: ${message}`;
    }),
  };
}

function callsOf(
  random: Random,
  { image, code, findings }: Analysed,
  bodies: readonly Body[],
): readonly Call[] {
  const places = calledPlaces(code, findings);
  return bodies.flatMap((body) => {
    const entry = places.get(body.entry);
    if (entry === undefined) return [];
    return Array.from({ length: CALLS }, () => ({
      entry,
      registers: registersOf(() => wordFor(random, image)),
      mostSteps: SAMPLING.mostSteps,
    }));
  });
}

/** A number, or a pointer to somewhere. */
function wordFor(random: Random, { data, readOnly, code }: ImageFile): bigint {
  const inside = ({ start, end }: { readonly start: number; readonly end: number }): bigint =>
    BigInt(start + 8 * random.below((end - start) / 8));
  const inHeap = (): bigint => BigInt(HEAP.offset + 8 * random.below(HEAP.size / 8));
  return random.pick([
    () => BigInt(random.below(24)),
    () => randomWord(random),
    inHeap,
    inHeap,
    () => inside(data),
    () => inside(readOnly),
    () => inside(code),
  ])();
}

function heapFor(random: Random, image: ImageFile): Part {
  const words = new BigUint64Array(HEAP.size / 8).map(() => wordFor(random, image));
  return { offset: HEAP.offset, bytes: new Uint8Array(words.buffer) };
}

function changeAt({ code, bodies }: Original, { mutations }: Mutant, address: number): string {
  const body = bodyAt(code, bodies, address);
  const mutation = body === undefined ? undefined : mutations.get(body);
  if (body === undefined || mutation === undefined) return body?.name ?? '';
  const at = (mutation.at + code.start).toString(16);
  return `${body.name} (${mutation.what} at 0x${at}: ${Buffer.from(mutation.bytes).toString('hex')})`;
}
