/** What the verifier makes of instructions, in lines that can be compared. */
import type { Code } from '../../../src/verify/image/code.js';
import { decodeImage, decodeKnown } from '../../../src/verify/image/decode.js';
import {
  type AskingFacts,
  type DecoderFacts,
  decoderFacts,
} from '../../../src/verify/image/decoder-facts.js';
import type { ImageFile } from '../../../src/verify/image/elf.js';
import type { Iced } from '../../../src/verify/image/iced.js';
import type { Refuse } from '../../../src/verify/image/rules.js';
import { asImage } from './compare.js';

/** Facts with which nothing is found: the decoder reads every instruction. */
export function factsWithoutMemory(iced: Iced): AskingFacts {
  return {
    ...decoderFacts(iced),
    tree: { find: () => 0, learn: () => undefined },
    siblings: { read: () => false, learn: () => undefined },
  };
}

/** All that the verifier knows of each instruction, and what it refuses. */
export function reading(facts: AskingFacts, image: ImageFile): readonly string[] {
  return linesOf((refuse) => decodeImage(facts, image, refuse)) ?? [];
}

/** The same where the decoder is not asked; undefined where it would have to be. */
export function readingOfKnown(
  facts: DecoderFacts,
  image: ImageFile,
): readonly string[] | undefined {
  return linesOf((refuse) => decodeKnown(facts, image, refuse));
}

function linesOf(decode: (refuse: Refuse) => Code | undefined): readonly string[] | undefined {
  const lines: string[] = [];
  const code = decode((rule, address, message) => {
    lines.push(`${rule} ${address ?? ''} ${message}`);
  });
  if (code === undefined) return undefined;
  return [...lines, ...Array.from({ length: code.count }, (_, at) => lineOf(code, at))];
}

function lineOf(
  { address, displacement, immediate, encoding, encodings }: Code,
  at: number,
): string {
  const number = encoding[at] ?? 0;
  const facts = Object.entries(encodings).flatMap(([name, values]) =>
    ArrayBuffer.isView(values) ? [`${name} ${String(Reflect.get(values, number))}`] : [],
  );
  return [address[at], displacement[at], immediate[at], ...facts].join(', ');
}

/** An image in which a displacement may lead into the read-only segment or not. */
export function imageOf(bytes: Uint8Array): ImageFile {
  const readOnly = { start: 0, end: 2 ** 30, bytes: new Uint8Array() };
  return { ...asImage(bytes), readOnly };
}
