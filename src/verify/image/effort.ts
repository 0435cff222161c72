/**
 * What an analysis may cost. A place changes only so often, and so on (docs/verifier.md, "How long it may take"), but
 * the product of all that would let an image of some megabytes keep its verifier busy for days. So everything the
 * analysis does is counted, by what it looks at, and an image gets so much for each byte of code: many times what
 * compilers' output takes.
 */

/** For each byte of code; programs take 8 to 30. */
const PER_BYTE = 500;
/** Small images may be as odd as they like. */
const AT_LEAST = 50_000_000;

/** What the analysis of so many bytes of code may cost. */
export function effortLimit(bytes: number): number {
  return AT_LEAST + PER_BYTE * bytes;
}

export class Effort {
  /** What was spent so far. */
  spent = 0;
  readonly #limit: number;

  /** @param bytes of code */
  constructor(bytes: number) {
    this.#limit = effortLimit(bytes);
  }

  /** Nothing is left: the image is refused. */
  get isSpent(): boolean {
    return this.spent > this.#limit;
  }
}
