/**
 * Reads `target datalayout` and accepts exactly the layouts of x86-64 Linux, as LLVM 16 to 22 print them.
 *
 * @see LangRef, "Data Layout"
 */

/** What differs between the accepted layouts. */
export interface DataLayoutFacts {
  /** ABI alignment in bytes of `iN`, by width in bits. */
  readonly integers: ReadonlyMap<number, number>;
}

/** LLVM's defaults, which a data layout overrides. */
const DEFAULT_INTEGERS: readonly (readonly [bits: number, alignment: number])[] = [
  [1, 1],
  [8, 1],
  [16, 2],
  [32, 4],
  [64, 4],
];

/** Parts that say what this tool takes for granted. */
const EXPECTED = new Set([
  'e',
  'm:e',
  'p:64:64',
  'p:64:64:64',
  'p0:64:64',
  'p0:64:64:64',
  'p270:32:32',
  'p271:32:32',
  'p272:64:64',
  'f80:128',
  'n8:16:32:64',
  'S128',
]);

/** Parts without which the defaults of another machine would hold. */
const REQUIRED = ['e', 'p270:32:32', 'p271:32:32', 'p272:64:64', 'f80:128', 'S128'];

/**
 * @param text the string without its quotes
 * @returns undefined when it is not the layout of x86-64 Linux
 */
export function readDataLayout(text: string): DataLayoutFacts | undefined {
  const parts = text.split('-');
  if (!REQUIRED.every((part) => parts.includes(part))) return undefined;
  const integers = new Map(DEFAULT_INTEGERS);
  for (const part of parts) {
    if (EXPECTED.has(part)) continue;
    const match = /^i(\d+):(\d+)(?::\d+)?$/.exec(part);
    if (match === null) return undefined;
    integers.set(Number(match[1]), Number(match[2]) / 8);
  }
  return integers.get(64) === 8 ? { integers } : undefined;
}
