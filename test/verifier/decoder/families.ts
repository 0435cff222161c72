/** Families of instructions: those of one opcode in one map, which learn from each other. */
import type { Random } from '../../support/random.js';
import { maskByte, sourceByte } from './vector-bytes.js';

/** The longest instruction. */
export const MAX_LENGTH = 15;

type Put = (byte: number) => void;

export interface Family {
  readonly name: string;
  /** Writes prefixes and opcode. */
  readonly head: (random: Random, put: Put) => void;
}

const BYTES = Array.from({ length: 256 }, (_, byte) => byte);
const ESCAPES = [[], [0x0f], [0x0f, 0x38], [0x0f, 0x3a]];
const EVEX_MAPS = [1, 2, 3, 5, 6];

/** All opcodes of all maps. */
export const FAMILIES: readonly Family[] = [
  ...ESCAPES.flatMap((escape) => BYTES.map((opcode) => legacy([...escape, opcode]))),
  ...[1, 2, 3].flatMap((map) => BYTES.map((opcode) => vex(map, opcode))),
  ...EVEX_MAPS.flatMap((map) => BYTES.map((opcode) => evex(map, opcode))),
];

/**
 * So many times 15 bytes, which begin with instructions of the family if the rolled bits make any: of one head, and so of
 * one encoding or of encodings that are next to each other.
 */
export function relatives({ head }: Family, random: Random, count: number): readonly Uint8Array[] {
  const own: number[] = [];
  head(random, (byte) => own.push(byte));
  const [mod, reg] = [random.below(4), random.below(8)];
  const sibs = [0x24, 0x25, random.below(256), random.below(256)];
  const alikes = [0, 0xff, random.below(256)];
  return Array.from({ length: count }, () => {
    const rm = random.pick([4, 4, 5, random.below(8)]);
    const modrm =
      (random.pick([mod, mod, mod, random.below(4)]) << 6) |
      (random.pick([reg, reg, reg, random.below(8)]) << 3) |
      rm;
    const sib = rm === 4 ? [random.pick(sibs)] : [];
    // Numbers of which all bytes are alike are where a wrong end is not noticed, and where they are not, it is.
    const alike = random.pick(alikes);
    const isAlike = random.pick([MAX_LENGTH, MAX_LENGTH, 1, random.below(9)]);
    const tail = Array.from({ length: MAX_LENGTH }, (_, at) =>
      at < isAlike ? alike : random.below(256),
    );
    return Uint8Array.from([...own, modrm, ...sib, ...tail].slice(0, MAX_LENGTH));
  });
}

/** In any order, some twice. */
function prefixes(random: Random, put: Put, among: readonly number[]): void {
  const window = random.pick([[], [0x65, 0x67], [0x65], [0x67], [0x67, 0x65]]);
  const others = random.below(3) === 0 ? [random.pick(among)] : [];
  const rare = random.below(20) === 0 ? [random.pick([...among, 0x64, 0x2e, 0x3e, 0x66])] : [];
  const all = random.below(2) === 0 ? [...window, ...others] : [...others, ...window];
  for (const prefix of [...rare, ...all]) put(prefix);
}

function legacy(opcode: readonly number[]): Family {
  return {
    name: `legacy ${Buffer.from(opcode).toString('hex')}`,
    head: (random, put) => {
      const rex = 0x40 | random.below(16);
      if (random.below(40) === 0) put(rex);
      prefixes(random, put, [0x66, 0x66, 0xf2, 0xf3, 0xf0]);
      if (random.below(2) === 0) put(rex);
      for (const byte of opcode) put(byte);
    },
  };
}

function vex(map: number, opcode: number): Family {
  return {
    name: `vex ${map} ${opcode.toString(16)}`,
    head: (random, put) => {
      prefixes(random, put, [0x66, 0xf2, 0xf3, 0xf0, 0x48]);
      if (map === 1 && random.below(2) === 0) {
        put(0xc5);
        put(sourceByte(random));
      } else {
        put(0xc4);
        put((random.below(8) << 5) | map);
        put(sourceByte(random));
      }
      put(opcode);
    },
  };
}

function evex(map: number, opcode: number): Family {
  return {
    name: `evex ${map} ${opcode.toString(16)}`,
    head: (random, put) => {
      prefixes(random, put, [0x66, 0xf2, 0xf3, 0xf0, 0x48]);
      put(0x62);
      put((random.below(16) << 4) | map);
      put(sourceByte(random) | 4);
      put(maskByte(random));
      put(opcode);
    },
  };
}
