/** How one random test ended. `skipped`: the native program is no judge (it does not compile, or runs too long). */
export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'skipped'; readonly reason: string }
  /** The tool refused the input with a diagnostic: allowed for what it does not understand, and counted. */
  | { readonly kind: 'refused'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** A random test by seed; the same seed gives the same test. */
export interface Trial {
  readonly kind: 'csmith' | 'stress';
  readonly seed: number;
}
