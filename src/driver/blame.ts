/**
 * Errors of the passes, shown where the user can do something about them: at the line of the source, with the line of
 * LLVM IR below it.
 */

import type { Diagnostic } from '../text/diagnostic.js';
import { SourceText } from '../text/source.js';
import type { ReadNamed } from './named-sources.js';
import { type Origin, originOf } from './origin.js';

/** The place in the source file, as a span of one word; undefined if the file cannot be read. */
function placeOf(origin: Origin, read: ReadNamed): Pick<Diagnostic, 'source' | 'span'> | undefined {
  const text = read(origin.directory, origin.file);
  if (text === undefined) return undefined;
  const lines = text.split('\n', origin.line);
  if (origin.line === 0 || lines.length < origin.line) return undefined;
  const before = lines.slice(0, -1).reduce((sum, line) => sum + line.length + 1, 0);
  const start = before + Math.max(origin.column, 1) - 1;
  const word = /^\w+/.exec(text.slice(start, start + 80))?.[0].length ?? 1;
  return { source: new SourceText(origin.file, text), span: { start, end: start + word } };
}

/**
 * The same diagnostic at its origin in the source, as far as that is known.
 *
 * @param read gives the source files that the module names
 */
export function blame(diagnostic: Diagnostic, read: ReadNamed): Diagnostic {
  const { source, span, notes } = diagnostic;
  if (source === undefined || span === undefined) return diagnostic;
  const origin = originOf(source, span.start);
  const place = origin === undefined ? undefined : placeOf(origin, read);
  if (place === undefined) return diagnostic;
  const ir: Diagnostic = {
    ...diagnostic,
    severity: 'note',
    message: 'this is what clang made of it',
    notes: [],
  };
  return { ...diagnostic, ...place, notes: [...notes, ir] };
}
