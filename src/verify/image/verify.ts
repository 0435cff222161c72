/** Verifies a sandbox image from its bytes alone: neither the compiler nor the passes are trusted, nor symbols used. */
import { analyse, type Findings } from './analysis.js';
import { type Code, kindAt } from './code.js';
import { decodeImage, decodeKnown } from './decode.js';
import { decoderFacts, knownFacts } from './decoder-facts.js';
import { type ImageFile, readImage } from './elf.js';
import { type Iced, loadIced } from './iced.js';
import { KINDS } from './kinds.js';
import { rootsOf } from './roots.js';
import type { Refusal, Refuse, Rule } from './rules.js';

/** What was proven. */
export interface Verdict {
  /** In the order of addresses; an image is accepted when there are none. */
  readonly refusals: readonly Refusal[];
  /**
   * `code+data`: accesses and control flow were proven. `data`: accesses and the stack were, on the assumption that
   * indirect calls and jumps go to functions. Undefined for an image that is refused.
   */
  readonly level: 'data' | 'code+data' | undefined;
  readonly statistics: VerifyStatistics;
}

export interface VerifyStatistics {
  readonly codeBytes: number;
  readonly instructions: number;
  readonly reached: number;
  readonly entries: number;
  readonly jumpTables: number;
  readonly callTables: number;
  readonly assumedCalls: number;
  /** What the analysis has cost. @see Effort */
  readonly effort: number;
}

/** Verifies the bytes of an image. */
export async function verifyImage(file: Uint8Array): Promise<Verdict> {
  const found = new RefusalList();
  const image = readImage(file, found.refuse);
  if (image === undefined) return found.verdict(undefined, undefined, undefined);
  const code = await decode(image, found.refuse);
  const roots = rootsOf(image, code, found.refuse);
  const findings = analyse(image, code, roots, found.refuse);
  if (image.isolation === 'data') refuseUnreached(code, findings, found.refuse);
  return found.verdict(image, code, findings);
}

/** The verdict on a file of which no image is looked at. */
export async function refuseFile(message: string): Promise<Verdict> {
  const found = new RefusalList();
  found.refuse('TBV0001', undefined, message);
  return found.verdict(undefined, undefined, undefined);
}

/** The decoder is loaded for images that have opcodes which nobody has asked about before. */
async function decode(image: ImageFile, refuse: Refuse): Promise<Code> {
  const facts = knownFacts();
  const code = facts === undefined ? undefined : decodeKnown(facts, image, refuse);
  return code ?? decodeImage(decoderFacts(await loadIced()), image, refuse);
}

/**
 * With assumed control flow, code that no path reaches may still run: a function that only a pointer leads to, which
 * was not recognised as one. With proven control flow it cannot.
 */
function refuseUnreached(code: Code, findings: Findings, refuse: Refuse): void {
  for (let at = 0; at < code.count; at++) {
    const kind = kindAt(code, at);
    if (findings.reached[at] === 1 || kind === KINDS.trap || kind === KINDS.nop) continue;
    if (kind === KINDS.refused) continue;
    refuse('TBV0012', code.address[at], 'no known function reaches this code');
    // One refusal for each stretch of such code.
    while (at + 1 < code.count && findings.reached[at + 1] !== 1) at++;
  }
}

/** Nobody reads more. */
const MAX_REFUSALS = 100_000;

/** Collects refusals, each once. */
class RefusalList {
  readonly #byKey = new Map<string, { rule: Rule; address: number | undefined; message: string }>();

  readonly refuse: Refuse = (rule, address, message) => {
    const key = `${rule} ${address ?? ''}`;
    const isNew = this.#byKey.size < MAX_REFUSALS && !this.#byKey.has(key);
    if (isNew) this.#byKey.set(key, { rule, address, message });
  };

  async verdict(
    image: ImageFile | undefined,
    code: Code | undefined,
    findings: Findings | undefined,
  ): Promise<Verdict> {
    const refusals = await this.#inOrder(image);
    const isProven = (findings?.assumedCalls ?? 0) === 0 && image?.isolation === 'code+data';
    const level = isProven ? 'code+data' : 'data';
    return {
      refusals,
      level: refusals.length > 0 || image === undefined ? undefined : level,
      statistics: {
        codeBytes: image?.code.bytes.length ?? 0,
        instructions: code?.count ?? 0,
        reached: findings === undefined ? 0 : count(findings.reached),
        entries: findings?.entries ?? 0,
        jumpTables: findings?.jumpTables ?? 0,
        callTables: findings?.callTables.length ?? 0,
        assumedCalls: findings?.assumedCalls ?? 0,
        effort: findings?.effort ?? 0,
      },
    };
  }

  async #inOrder(image: ImageFile | undefined): Promise<readonly Refusal[]> {
    if (this.#byKey.size === 0) return [];
    const iced = await loadIced();
    return [...this.#byKey.values()]
      .sort((a, b) => (a.address ?? 0) - (b.address ?? 0) || a.rule.localeCompare(b.rule))
      .map((refusal) => ({ ...refusal, instruction: textAt(iced, image, refusal.address) }));
  }
}

function count(reached: Uint8Array): number {
  let sum = 0;
  // An iterator takes some milliseconds here.
  for (let at = 0; at < reached.length; at++) sum += reached[at] ?? 0;
  return sum;
}

/** The instruction at an address, in the assembler's syntax. */
function textAt(
  iced: Iced,
  image: ImageFile | undefined,
  address: number | undefined,
): string | undefined {
  if (image === undefined || address === undefined) return undefined;
  const offset = address - image.code.start;
  if (offset < 0 || offset >= image.code.bytes.length) return undefined;
  const decoder = new iced.Decoder(64, image.code.bytes.subarray(offset, offset + 15), 0);
  const formatter = new iced.Formatter(iced.FormatterSyntax.Gas);
  decoder.ip = BigInt(address);
  const instruction = decoder.decode();
  try {
    return formatter.format(instruction);
  } finally {
    instruction.free();
    formatter.free();
    decoder.free();
  }
}
