/** A stretch of a source text: offsets of its first byte and just behind its last one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}
