/**
 * Errors of the passes, shown where the user can do something about them: at the line of the source, with the line of
 * LLVM IR below it.
 */

import type { Diagnostic } from '../text/diagnostic.js';
import { SourceText } from '../text/source.js';
import type { ReadNamed } from './named-sources.js';
import { type Origin, originOf } from './origin.js';

/** Gives the source that an origin is in; undefined where it cannot be read. */
type SourceOf = (origin: Origin) => SourceText | undefined;

/** The place in the source file, as a span of one word; undefined if the file cannot be read. */
function placeOf(
  origin: Origin,
  sourceOf: SourceOf,
): Pick<Diagnostic, 'source' | 'span'> | undefined {
  const source = sourceOf(origin);
  if (source === undefined) return undefined;
  const { text } = source;
  const lines = text.split('\n', origin.line);
  if (origin.line === 0 || lines.length < origin.line) return undefined;
  const before = lines.slice(0, -1).reduce((sum, line) => sum + line.length + 1, 0);
  const start = before + Math.max(origin.column, 1) - 1;
  const word = /^\w+/.exec(text.slice(start, start + 80))?.[0].length ?? 1;
  return { source, span: { start, end: start + word } };
}

/** More say the same over and over, and each is looked for in the whole module. */
const MAX_PLACED = 20;

/**
 * The first diagnostics of a module, and the first of each code, at their origins as {@link blame} finds them; if there
 * are more, one at the end counts these.
 *
 * @param read is asked about each file once
 */
export function blameAll(
  diagnostics: readonly Diagnostic[],
  read: ReadNamed,
): readonly Diagnostic[] {
  const sources = new Map<string, SourceText | undefined>();
  const sourceOf = ({ directory, file }: Origin): SourceText | undefined => {
    const key = `${directory}\0${file}`;
    if (!sources.has(key)) {
      const text = read(directory, file);
      sources.set(key, text === undefined ? undefined : new SourceText(file, text));
    }
    return sources.get(key);
  };
  const codes = new Set<string>();
  const shown = new Set(
    diagnostics.filter(({ code }, index) => {
      const isFirst = !codes.has(code);
      codes.add(code);
      return isFirst || index < MAX_PLACED;
    }),
  );
  const placed = [...shown].map((each) => blame(each, sourceOf));
  const hidden = diagnostics.filter((each) => !shown.has(each));
  const worst = hidden.find(({ severity }) => severity === 'error') ?? hidden[0];
  if (worst === undefined) return placed;
  const message = `and ${hidden.length} more like this`;
  return [...placed, { code: worst.code, severity: worst.severity, message, notes: [] }];
}

/** The same diagnostic at its origin in the source, as far as that is known. */
function blame(diagnostic: Diagnostic, sourceOf: SourceOf): Diagnostic {
  const { source, span, notes } = diagnostic;
  if (source === undefined || span === undefined) return diagnostic;
  const origin = originOf(source, span.start);
  const place = origin === undefined ? undefined : placeOf(origin, sourceOf);
  if (place === undefined) return diagnostic;
  const ir: Diagnostic = {
    ...diagnostic,
    severity: 'note',
    message: 'this is what clang made of it',
    notes: [],
  };
  return { ...diagnostic, ...place, notes: [...notes, ir] };
}
