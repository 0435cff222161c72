/** Images with all that the analysis claims of their instructions. */
import { analyse, type Findings } from '../../../src/verify/image/analysis.js';
import type { Code } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import type { Trace, Visit } from '../../../src/verify/image/paths.js';
import { PLAIN } from '../../../src/verify/image/plain.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { Refuse } from '../../../src/verify/image/rules.js';
import type { Detail } from '../../../src/verify/image/state.js';
import type { Tables } from '../../../src/verify/image/tables.js';
import { type Claims, claimsOf } from './claims.js';

/**
 * What is claimed in front of each instruction that is reached, by its number: all that one of these says has to be
 * true. Mostly there is one; paths that passed an instruction before a branch made it a place went on by themselves.
 * There are none where plain instructions are passed over together.
 */
export type ClaimsByInstruction = ReadonlyMap<number, readonly Claims[]>;

export interface Analysed {
  readonly image: ImageFile;
  readonly code: Code;
  readonly findings: Findings;
  readonly claims: ClaimsByInstruction;
}

/** Refuses by an exception: for images of programs that were accepted before. */
export function mustAccept(
  name: string,
): (rule: string, address?: number, message?: string) => never {
  return (rule, address = 0, message = '') => {
    throw new Error(`${name}: ${rule} 0x${address.toString(16)} ${message}`);
  };
}

/** How functions begin, and whether plain instructions are passed over together, as the verifier does it. */
export interface AnalysedAs {
  readonly detail: Detail;
  readonly isPlainSingle?: boolean;
}

export function analyseImage(
  iced: Iced,
  image: ImageFile,
  { detail, isPlainSingle = false }: AnalysedAs,
  refuse: Refuse,
): Analysed {
  const code = decodeImage(decoderFacts(iced), image, refuse);
  if (isPlainSingle) code.encodings.plain.fill(PLAIN.never);
  const paths = new LastPaths();
  const findings = analyse(image, code, rootsOf(image, code, refuse), refuse, {
    detail,
    trace: paths,
    visitPlace: paths.visitPlace,
  });
  return { image, code, findings, claims: paths.claims(findings.reached) };
}

/** The last path from each place, up to the next one: what holds there is what the analysis rests on. */
class LastPaths implements Trace {
  #tables: Tables | undefined;
  /** By the place, and by instruction: nothing is known where one was passed over. */
  readonly #paths = new Map<number, Map<number, Claims | undefined>>();
  readonly #places = new Set<number>();

  readonly visit: Visit = (at, state, tables, frames, from) => {
    // What an earlier round proved does not count.
    if (tables !== this.#tables) this.#paths.clear();
    this.#tables = tables;
    if (at === from) this.#paths.set(from, new Map());
    this.#paths.get(from)?.set(at, claimsOf(state, tables, frames));
  };

  readonly pass = (at: number, end: number, from: number): void => {
    for (let passed = at + 1; passed < end; passed++) this.#paths.get(from)?.set(passed, undefined);
  };

  readonly visitPlace: Visit = (at) => {
    this.#places.add(at);
  };

  claims(reached: Uint8Array): ClaimsByInstruction {
    const all = new Map<number, (Claims | undefined)[]>();
    reached.forEach((isReached, at) => {
      if (isReached === 1) all.set(at, []);
    });
    for (const [from, path] of this.#paths) {
      // Functions that began anew have left others behind.
      if (!this.#places.has(from)) continue;
      for (const [at, claims] of path) all.get(at)?.push(claims);
    }
    return new Map([...all].map(([at, claims]) => [at, everyClaim(claims)]));
  }
}

/** None if some path says nothing. */
function everyClaim(claims: readonly (Claims | undefined)[]): readonly Claims[] {
  const said = claims.filter((one) => one !== undefined);
  return said.length === claims.length ? said : [];
}
