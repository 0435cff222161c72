import type { Decoded, Victim } from './victim.js';

/** Bytes to be written over the file. */
export interface Patch {
  /** Offset in the file. */
  readonly at: number;
  readonly bytes: readonly number[];
}

/** One damage at one place. */
export interface Damage {
  readonly patch: Patch;
  /** The address that a message has to be about: of the instruction, or of one that counts on what was damaged. */
  readonly address: number;
}

/**
 * What has to become of a damaged image:
 *
 * - `refused`: the damage opens a way out, and has to be seen wherever control may come.
 * - `confined`: what is damaged is no part of any proof: whatever the value, the access stays in the window. `why` says
 *   so, and the harness checks that the instruction still has the form that `why` speaks of.
 */
export type Expectation = 'refused' | 'confined';

/** A way to damage an image, and where. */
export interface Kind {
  readonly name: string;
  readonly expectation: Expectation;
  readonly why: string;
  /** The damage is refused wherever it is, not only where some path leads. */
  readonly everywhere: boolean;
  readonly places: (victim: Victim) => readonly Damage[];
  /** Whether this damage, which was accepted, is harmless for a reason that `why` gives. */
  readonly isHarmless?: (victim: Victim, damage: Damage) => boolean;
}

export const NOP = 0x90;

/** `bytes` in place of an instruction, filled up with no-ops; undefined if they do not fit or stand there already. */
export function replace(
  victim: Victim,
  { address, bytes: old }: Decoded,
  bytes: readonly number[],
): Damage | undefined {
  if (bytes.length > old.length) return undefined;
  if (bytes.length === old.length && bytes.every((byte, at) => byte === old[at])) return undefined;
  const fill = Array.from({ length: old.length - bytes.length }, () => NOP);
  const at = victim.codeAt + address - victim.image.code.start;
  return { address, patch: { at, bytes: [...bytes, ...fill] } };
}

/** The damages that `damage` makes of the instructions of an image. */
export function overInstructions(
  damage: (victim: Victim, instruction: Decoded) => Damage | undefined,
): (victim: Victim) => readonly Damage[] {
  return (victim) =>
    victim.code.flatMap((instruction) => {
      const made = damage(victim, instruction);
      return made === undefined ? [] : [made];
    });
}

/** A little-endian field of an instruction, sign-extended. */
export function readField(bytes: Uint8Array, { at, size }: Decoded['immediate']): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  switch (size) {
    case 1:
      return view.getInt8(at);
    case 2:
      return view.getInt16(at, true);
    case 4:
      return view.getInt32(at, true);
    default:
      return 0;
  }
}

/** The instruction's bytes with another value in a field of one or four bytes. */
export function withField(
  bytes: Uint8Array,
  { at, size }: Decoded['immediate'],
  value: number,
): readonly number[] {
  const copy = bytes.slice();
  const view = new DataView(copy.buffer);
  if (size === 1) view.setInt8(at, value);
  else view.setInt32(at, value, true);
  return [...copy];
}
