/** What a diff compares: the places of a module that reach memory or transfer control, and how each is confined. */

/**
 * How a site is confined, the strongest last.
 *
 * * `none`: memory through a pointer of the program, a call through one, assembly
 * * `unmasked`: through GS, but with an address that nothing cut to 32 bits
 * * `stack`: a local object that is known by name, in the native frame
 * * `window`: memory through GS with a 32-bit address, or a routine of the image that does so
 * * `table`: a call through the call table
 * * `direct`: a call of a function by its name
 */
export const PROTECTIONS = ['none', 'unmasked', 'stack', 'window', 'table', 'direct'] as const;
export type Protection = (typeof PROTECTIONS)[number];

/** 0 for what is open, more for what is better confined; `window`, `table` and `direct` are alike. */
export function strength(protection: Protection): number {
  return Math.min(PROTECTIONS.indexOf(protection), PROTECTIONS.indexOf('window'));
}

/** A place: in a source file where debug information names one, else in the IR itself. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One access or call. */
export interface Site {
  /** What it does, the same before and after instrumentation: `load i32`, `memcpy`, `call @f`, `indirect call`. */
  readonly action: string;
  readonly protection: Protection;
  /** From `!dbg`; undefined without debug information. */
  readonly origin: Location | undefined;
  /** Offset in the IR. */
  readonly offset: number;
}

/** The sites of a definition, in the order of its text. */
export interface FunctionSites {
  readonly name: string;
  readonly sites: readonly Site[];
}
