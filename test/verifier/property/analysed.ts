/** Images with all that the analysis claims of their instructions. */
import { analyse, type Findings } from '../../../src/verify/image/analysis.js';
import type { Code } from '../../../src/verify/image/code.js';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import { rootsOf } from '../../../src/verify/image/roots.js';
import type { Refuse } from '../../../src/verify/image/rules.js';
import type { Detail } from '../../../src/verify/image/state.js';
import { type Claims, claimsOf } from './claims.js';

/** What is claimed in front of each instruction that is reached, by its number. */
export type ClaimsByInstruction = ReadonlyMap<number, Claims>;

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

/** Analyses an image with functions that begin with `detail`. */
export function analyseImage(
  iced: Iced,
  image: ImageFile,
  detail: Detail,
  refuse: Refuse,
): Analysed {
  const code = decodeImage(decoderFacts(iced), image, refuse);
  const claims = new Map<number, Claims>();
  const findings = analyse(image, code, rootsOf(image, code, refuse), refuse, {
    detail,
    visit: (at, state, tables, frames) => claims.set(at, claimsOf(state, tables, frames)),
  });
  return { image, code, findings, claims };
}
