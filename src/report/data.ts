/** What the page of a report shows, as plain data: the page's own scripts read the same types. */

/**
 * What became of an access or a call.
 *
 * * `confined`: it goes through the window
 * * `safe`: it is proven to stay inside a local object on the native stack
 * * `added`: the passes made it, for the data stack and for copies; it goes through the window
 * * `table`: a call through a pointer, which the call table confines
 * * `direct`: a call of a function by its name
 * * `free`: a call through a pointer, where only data is isolated
 * * `refused`: it has no confined form, so there is no output
 * * `open`: nothing confines it: there is no instrumented module
 */
export const FATES = [
  'confined',
  'safe',
  'added',
  'table',
  'direct',
  'free',
  'refused',
  'open',
] as const;
export type Fate = (typeof FATES)[number];

/** How many sites of a function have which fate; what is left out is 0. */
export type FateCounts = Readonly<Partial<Record<Fate, number>>>;

/** An error or a warning of the passes. */
export interface Problem {
  readonly code: string;
  readonly severity: 'error' | 'warning' | 'note';
  readonly message: string;
  /** Counted from 1 in the module before instrumentation; 0 where it has no place. */
  readonly line: number;
}

/** Bytes of machine code; undefined where it was not compiled. */
export interface CodeSize {
  readonly before: number;
  readonly after: number;
}

/** A definition, as the overview shows it. */
export interface FunctionSummary {
  /** The bytes of its symbol, without sigil and quotes. */
  readonly name: string;
  /** The source file, or the module where there is no debug information. */
  readonly file: string;
  /** 0 where it is not known. */
  readonly line: number;
  readonly fates: FateCounts;
  /** Local objects, and how many of them moved to the data stack. */
  readonly objects: number;
  readonly moved: number;
  readonly size?: CodeSize;
}

/** A module. */
export interface UnitSummary {
  readonly name: string;
  readonly isolation: string;
  readonly lowering: string;
  /** Whether the passes made something of it. */
  readonly instrumented: boolean;
  readonly problems: readonly Problem[];
  readonly functions: readonly FunctionSummary[];
}

/** What the page reads first. */
export interface ReportIndex {
  readonly title: string;
  readonly version: string;
  readonly units: readonly UnitSummary[];
}

/** Lines of a text, and for each the line of the source file that it belongs to, 0 for none. */
export interface Code {
  /** Number of the first line. */
  readonly first: number;
  readonly lines: readonly string[];
  readonly origins: readonly number[];
}

/** One access or call. Lines are counted from 1; 0 where there is none. */
export interface SiteDetail {
  readonly fate: Fate;
  readonly action: string;
  /** What is reached, and why it is confined as it is. */
  readonly why: string;
  /** In the module before instrumentation. */
  readonly before: number;
  /** In the instrumented module. */
  readonly after: number;
  /** In the source file of the function. */
  readonly source: number;
}

/** A local object of a function. */
export interface LocalObject {
  readonly name: string;
  /** Undefined for a size that is not constant. */
  readonly size?: number;
  /** Why it moved to the data stack; undefined for one that stays on the native stack. */
  readonly moved?: string;
}

/** What the page shows of one function when it is opened. */
export interface FunctionDetail {
  readonly before: Code;
  readonly after?: Code;
  readonly source?: Code;
  readonly sites: readonly SiteDetail[];
  readonly objects: readonly LocalObject[];
}
