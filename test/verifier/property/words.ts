/**
 * Random stores to a frame whose words are named by the entry's stack pointer and by realigned ones, beside the memory
 * that they write: what the state says of a word has to be there.
 */
import { Lists } from '../../../src/verify/image/lists.js';
import { Slots } from '../../../src/verify/image/slots.js';
import { AlignedFrames, VALUE } from '../../../src/verify/image/values.js';
import type { Random } from '../../support/random.js';

const WORD = 8;
const FRAME = 160;
const STEPS = 20;
const SIZES = [1, 2, 4, 8, 16, 32, 64] as const;
/** Where realigned frames begin, and to what they are rounded. */
const REALIGNED = [
  { from: -24, size: 16 },
  { from: -24, size: 32 },
  { from: -56, size: 64 },
] as const;

/** An address: its kind in states, an offset, and where it is, from the start of the memory. */
interface Place {
  readonly base: number;
  readonly offset: number;
  readonly at: number;
}

/** What is not true after one series of stores; undefined when all is. */
export function runStores(random: Random): string | undefined {
  return new Frame(random).run();
}

class Frame {
  readonly #random: Random;
  readonly #frames = new AlignedFrames();
  readonly #slots = new Slots(this.#frames, new Lists(64));
  /** The address of the entry's stack pointer, of which only the last bits count. */
  readonly #entry: number;
  readonly #lowest: number;
  readonly #memory = new DataView(new ArrayBuffer(FRAME));

  constructor(random: Random) {
    this.#random = random;
    this.#entry = 4096 + random.pick([0, 0, 8, 16, 24, 40, 56, 3]);
    this.#lowest = this.#entry - FRAME;
  }

  run(): string | undefined {
    for (let left = STEPS; left > 0; left--) {
      this.#step(left);
      const problem = this.#check();
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #step(value: number): void {
    const random = this.#random;
    const size = random.pick(SIZES);
    const place = this.#place(random.pick([0, 0, 0, 1, 4]), size);
    if (place === undefined) return;
    const { base, offset, at } = place;
    switch (random.below(8)) {
      case 0:
        this.#call(place);
        return;
      case 1:
      case 2:
        this.#slots.forget(base, offset, size);
        for (let byte = 0; byte < size; byte++) this.#memory.setUint8(at + byte, value);
        return;
      default:
        if (at + WORD > FRAME) return;
        this.#slots.forget(base, offset, WORD);
        this.#slots.store(base, offset, VALUE.constant, value);
        this.#memory.setBigUint64(at, BigInt(value), true);
    }
  }

  /** Of `size` bytes, in any frame; undefined where the memory has them not. */
  #place(odd: number, size: number): Place | undefined {
    const random = this.#random;
    const frame = REALIGNED[random.below(REALIGNED.length + 1)];
    const depth = WORD * random.below(FRAME / WORD) - odd;
    const offset = frame === undefined ? depth - FRAME : depth - FRAME / 2;
    const base = frame === undefined ? VALUE.stack : this.#frames.kindOf(frame.from, frame.size);
    const at = this.#addressOf(base, offset) - this.#lowest;
    return at >= 0 && at + size <= FRAME ? { base, offset, at } : undefined;
  }

  #addressOf(base: number, offset: number): number {
    const frame = this.#frames.all().get(base);
    const start = frame === undefined ? this.#entry : (this.#entry + frame.from) & -frame.size;
    return start + offset;
  }

  /** The callee writes all below the stack pointer, which is `place`, and some of its arguments. */
  #call({ base, offset, at }: Place): void {
    const size = WORD * this.#random.below(3);
    this.#slots.forgetBelow(base, offset, size);
    for (let byte = 0; byte < Math.min(at + size, FRAME); byte++) this.#memory.setUint8(byte, 0xa5);
  }

  #check(): string | undefined {
    const contents = this.#slots.contents();
    for (let slot = 0; slot + 4 <= contents.length; slot += 4) {
      const [base = 0, offset = 0, , value = 0] = contents.subarray(slot, slot + 4);
      const at = this.#addressOf(base, offset) - this.#lowest;
      const word = this.#memory.getBigUint64(at, true);
      if (word !== BigInt(value)) return `slot ${base}:${offset} is ${word}, not ${value}`;
    }
    return undefined;
  }
}
