/** Images of real programs with many functions changed at once, as far as the verifier accepts that, and stepped. */
import { analyse, type Findings } from '../../../src/verify/image/analysis.js';
import { type Code, kindAt } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import { KINDS } from '../../../src/verify/image/kinds.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { SymbolTable } from '../../../src/verify/image/symbols.js';
import { instructionAt } from '../../../src/verify/image/tables.js';
import type { Random } from '../../support/random.js';
import type { Analysed } from '../property/analysed.js';
import { type Body, type Mutation, Mutator } from './mutations.js';

const BRANCHES: ReadonlySet<number> = new Set([KINDS.call, KINDS.jump, KINDS.jumpIf]);
/** Changes of one function. */
const MOST_TRIES = 8;
/** Instructions of the shortest function that is changed. */
const SHORTEST = 3;

/** The functions that the symbols name and the analysis reaches, but for the slots of call tables. */
export function bodiesOf(
  code: Code,
  { reached, callTables }: Findings,
  symbols: SymbolTable,
): readonly Body[] {
  const bodies: Body[] = [];
  const slots = new Set(callTables.flatMap((table) => table.slots));
  let first = 0;
  const nameOf = (at: number): string => {
    const address = code.address[at] ?? 0;
    const hit = symbols.at(address);
    return hit === undefined ? '' : `${hit.name}@${(address - hit.offset).toString(16)}`;
  };
  for (let at = 0; at <= code.count; at++) {
    if (at < code.count && nameOf(at) === nameOf(first)) continue;
    const entry = code.address[first] ?? 0;
    if (at - first >= SHORTEST && reached[first] === 1 && !slots.has(first))
      bodies.push({ name: nameOf(first), entry, first, end: at });
    first = at;
  }
  return bodies;
}

/** Where functions may be called: by direct calls, and in call tables, of which a slot leads to each. */
export function calledPlaces(
  code: Code,
  { reached, callTables }: Findings,
): ReadonlyMap<number, number> {
  const places = new Map<number, number>();
  for (const slot of callTables.flatMap(({ slots }) => slots)) {
    if (kindAt(code, slot) === KINDS.jump)
      places.set(code.displacement[slot] ?? 0, code.address[slot] ?? 0);
  }
  for (let at = 0; at < code.count; at++) {
    if (reached[at] !== 1 || kindAt(code, at) !== KINDS.call) continue;
    const target = code.displacement[at] ?? 0;
    places.set(target, target);
  }
  return places;
}

/** The image that is left of `mutations`, and which of them the verifier accepted. */
export interface Mutant {
  readonly image: ImageFile;
  readonly mutations: ReadonlyMap<Body, Mutation>;
  readonly tried: number;
}

/** Changes each function, and tries others for what the verifier refuses, until it accepts the image. */
export function makeMutant(
  iced: Iced,
  random: Random,
  { image, code, claims }: Analysed,
  bodies: readonly Body[],
): Mutant {
  const mutator = new Mutator(random, code, image.code.bytes, bodies, claims);
  const mutations = new Map(bodies.map((body) => [body, mutator.mutate(body)]));
  const tries = new Map<Body, number>();
  let tried = bodies.length;
  for (;;) {
    const mutant = withMutations(image, [...mutations.values()]);
    const { refused, code: changed } = judge(iced, mutant);
    if (refused.length === 0) return { image: mutant, mutations, tried };
    if (mutations.size === 0) throw new Error('the image is refused as it was');
    const suspects = new Suspects(code, changed, bodies);
    const blamed = refused.flatMap(
      (address) => suspects.of(address).find((body) => mutations.has(body)) ?? [],
    );
    const unlucky = unexplained([...mutations]).filter(() => random.below(2) === 0);
    for (const body of new Set(blamed.length > 0 ? blamed : unlucky)) {
      const times = (tries.get(body) ?? 0) + 1;
      tries.set(body, times);
      if (times < MOST_TRIES && blamed.length > 0) mutations.set(body, mutator.mutate(body));
      else mutations.delete(body);
      if (mutations.has(body)) tried++;
    }
  }
}

/** What may be behind a refusal elsewhere: callers through tables have no room for arguments; or anything. */
function unexplained(mutations: readonly (readonly [Body, Mutation])[]): readonly Body[] {
  const onArguments = mutations.filter(([, { isArgument }]) => isArgument === true);
  return (onArguments.length > 0 ? onArguments : mutations).map(([body]) => body);
}

function withMutations(image: ImageFile, mutations: readonly Mutation[]): ImageFile {
  const bytes = Uint8Array.from(image.code.bytes);
  for (const { at, bytes: by } of mutations) bytes.set(by, at);
  return { ...image, code: { ...image.code, bytes } };
}

/** Addresses at which something is refused. */
function judge(
  iced: Iced,
  image: ImageFile,
): { readonly refused: readonly number[]; readonly code: Code } {
  const places = new Set<number>();
  const refuse = (_rule: string, address: number | undefined): void => {
    places.add(address ?? 0);
  };
  const code = decodeImage(decoderFacts(iced), image, refuse);
  analyse(image, code, rootsOf(image, code, refuse), refuse);
  return { refused: [...places], code };
}

/** Whose change may be refused at an address. */
class Suspects {
  readonly #code: Code;
  readonly #bodies: readonly Body[];
  /** Who branches into a function, as it is changed. */
  readonly #branching = new Map<Body, Set<Body>>();

  constructor(code: Code, changed: Code, bodies: readonly Body[]) {
    this.#code = code;
    this.#bodies = bodies;
    for (let at = 0; at < changed.count; at++) {
      if (!BRANCHES.has(kindAt(changed, at))) continue;
      const from = this.#bodyAt(changed.address[at] ?? 0);
      const to = this.#bodyAt(changed.displacement[at] ?? 0);
      if (from === undefined || to === undefined || from === to) continue;
      this.#branching.set(to, (this.#branching.get(to) ?? new Set()).add(from));
    }
  }

  #bodyAt(address: number): Body | undefined {
    return bodyAt(this.#code, this.#bodies, address);
  }

  /**
   * The function there; what is called or jumped to there, with all that it leaves by jumps to, as what they write of
   * their arguments is refused at the call; those in front, whose last instructions may run on; who branches to it.
   */
  of(address: number): readonly Body[] {
    const own = this.#bodyAt(address);
    const called = new Set<Body>();
    const next = this.#targetsFrom(instructionAt(this.#code, address));
    for (let body = next.pop(); body !== undefined; body = next.pop()) {
      if (called.has(body)) continue;
      called.add(body);
      for (let at = body.first; at < body.end; at++) {
        if (kindAt(this.#code, at) !== KINDS.call) next.push(...this.#targetsFrom(at));
      }
    }
    const near = [...(own === undefined ? [] : [own]), ...called];
    const front = near.flatMap(({ entry }) => this.#bodyAt(entry - 1) ?? []);
    return [...near, ...front, ...(own === undefined ? [] : (this.#branching.get(own) ?? []))];
  }

  #targetsFrom(at: number): Body[] {
    if (at < 0 || !BRANCHES.has(kindAt(this.#code, at))) return [];
    const body = this.#bodyAt(this.#code.displacement[at] ?? 0);
    return body === undefined ? [] : [body];
  }
}

/** Where the direct branches and calls of a function lead. */
export function branchTargets(code: Code, { first, end }: Body): readonly number[] {
  const targets: number[] = [];
  for (let at = first; at < end; at++)
    if (BRANCHES.has(kindAt(code, at))) targets.push(code.displacement[at] ?? 0);
  return targets;
}

/** The function that an address is in. */
export function bodyAt(code: Code, bodies: readonly Body[], address: number): Body | undefined {
  let [low, high] = [0, bodies.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((bodies[middle]?.entry ?? 0) <= address) low = middle + 1;
    else high = middle;
  }
  const body = bodies[low - 1];
  return body !== undefined && address < (code.address[body.end] ?? code.end) ? body : undefined;
}
