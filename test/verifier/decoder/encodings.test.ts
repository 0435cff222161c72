import { beforeAll, describe, expect, test } from '@jest/globals';
import { decodeImage } from '../../../src/verify/image/decode.js';
import { decoderFacts } from '../../../src/verify/image/decoder-facts.js';
import { readImage } from '../../../src/verify/image/elf.js';
import { type Iced, loadIced } from '../../../src/verify/image/iced.js';
import { sizeOfImmediate } from '../../../src/verify/image/tails.js';
import { Random } from '../../support/random.js';
import { buildSnippets } from '../snippets.js';
import { asImage, decode } from './compare.js';
import { damaged } from './damaged.js';
import { factsWithoutMemory, imageOf, reading } from './reading.js';
import { rollSample } from './sample.js';

/** Instructions that are found by their first bytes are read as the decoder reads them. */
let iced: Iced;

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);

beforeAll(async () => {
  iced = await loadIced();
});

/** The code with other displacements and immediates. */
function withOtherTails(bytes: Uint8Array, seed: number): Uint8Array {
  const random = new Random(seed);
  const { count, address, start, encoding, encodings } = decode(iced, bytes);
  const changed = bytes.slice();
  for (let at = 0; at < count; at++) {
    const number = encoding[at] ?? 0;
    const end = (address[at] ?? 0) - start + (encodings.length[number] ?? 0);
    const size =
      (encodings.displacementSize[number] ?? 0) + sizeOfImmediate(encodings.immediate[number] ?? 0);
    for (let place = end - size; place < end; place++) changed[place] = random.below(256);
  }
  return changed;
}

/** Bytes of the displacement behind ModRM and SIB. */
function sizeOfDistance(modrm: number, [sib]: readonly number[]): number {
  const mod = modrm >> 6;
  if (mod !== 0) return mod === 1 ? 1 : 4;
  return ((sib ?? modrm) & 7) === 5 ? 4 : 0;
}

describe('what is found by its first bytes', () => {
  test.each([1, 2])('is what the decoder reads, in random instructions of seed %i', (seed) => {
    const { bytes } = rollSample(iced, seed, 20_000, 3);
    for (const code of [bytes, withOtherTails(bytes, seed), withOtherTails(bytes, seed + 100)]) {
      const image = imageOf(code);
      const expected = reading(factsWithoutMemory(iced), image);
      expect(reading(decoderFacts(iced), image)).toEqual(expected);
      // By now all that can be found is.
      expect(reading(decoderFacts(iced), image)).toEqual(expected);
    }
  });

  test.each(['65', '6567'])('is what the decoder reads, in all addresses behind %s', (prefix) => {
    const heads = [0x00, 0x40, 0x80].flatMap((mod) =>
      [0, 1, 2, 3, 4, 5, 6, 7].flatMap((rm) => [mod | rm, mod | 0x08 | rm]),
    );
    const pieces = heads.flatMap((modrm) => {
      const head = [...Buffer.from(prefix, 'hex'), 0x8b, modrm];
      const sibs = (modrm & 7) === 4 ? Array.from({ length: 256 }, (_, sib) => [sib]) : [[]];
      return sibs.map((sib) =>
        [...head, ...sib, 0, 0, 0, 0].slice(
          0,
          head.length + sib.length + sizeOfDistance(modrm, sib),
        ),
      );
    });
    for (const order of [pieces, pieces.toReversed()]) {
      const image = imageOf(Uint8Array.from(order.flat()));
      expect(reading(decoderFacts(iced), image)).toEqual(reading(factsWithoutMemory(iced), image));
    }
  });

  test.each(['c4e3714a05', 'c4e3714a8424', '6567c4e3714a87'])(
    'is what the decoder reads, behind %s with bytes that are alike',
    (head) => {
      const pieces = BYTES.flatMap((byte) => {
        const alike = [byte, byte, byte, byte, byte];
        return [alike, alike, [byte, 1, 2, 3, 4]].map((tail) => [
          ...Buffer.from(head, 'hex'),
          ...tail,
        ]);
      });
      const image = imageOf(Uint8Array.from(pieces.flat()));
      expect(reading(decoderFacts(iced), image)).toEqual(reading(factsWithoutMemory(iced), image));
    },
  );

  test.each([4, 5])('is what the decoder reads, in damaged code of seed %i', (seed) => {
    const { bytes } = rollSample(iced, seed, 20_000, 3);
    for (const piece of damaged(bytes, seed).map(imageOf)) {
      expect(reading(decoderFacts(iced), piece)).toEqual(reading(factsWithoutMemory(iced), piece));
    }
  });

  test.each(['pass/operands.s', 'fail/operands.s', 'fail/encoding.s', 'fail/branches.s'])(
    'is what the decoder reads in %s',
    (file) => {
      const image = readImage(buildSnippets(file).bytes, () => undefined);
      expect(image).toBeDefined();
      if (image === undefined) return;
      expect(reading(decoderFacts(iced), image)).toEqual(reading(factsWithoutMemory(iced), image));
    },
  );

  test('is read no further where very much is refused', () => {
    for (const bytes of ['f4', '48c3']) {
      let refused = 0;
      const code = asImage(Buffer.from(bytes.repeat(60_000), 'hex'));
      decodeImage(decoderFacts(iced), code, () => refused++);
      expect(refused).toBe(50_000);
    }
  });

  test('is not what is cut off by the end of the code', () => {
    const whole = Uint8Array.from([0x48, 0x81, 0xc0, 1, 2, 3, 4]);
    expect(reading(decoderFacts(iced), asImage(whole))).toHaveLength(1);
    const cut = reading(decoderFacts(iced), asImage(whole.slice(0, 6)));
    expect(cut[0]).toContain('TBV0002');
  });
});
