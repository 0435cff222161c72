import { printable } from './printable.js';
import type { SourceText } from './source.js';
import type { Span } from './span.js';
import { append } from './append.js';

/** How bad it is; only an `error` stops a command. */
export type Severity = 'error' | 'warning' | 'note';

/** What a user is told about the input. Codes are stable; `docs/diagnostics/CODE.md` explains each. */
export interface Diagnostic {
  readonly code: `TBX${string}` | `TBV${string}`;
  readonly severity: Severity;
  /** One sentence without a full stop; says what was found, and what was expected where that is known. */
  readonly message: string;
  readonly source?: SourceText;
  readonly span?: Span;
  readonly notes: readonly Diagnostic[];
}

/** A result, or what prevents it: `value` is undefined exactly when an error is among the diagnostics. */
export interface Parsed<T> {
  readonly value: T | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** What {@link formatDiagnostic} is told about the terminal. */
export interface FormatOptions {
  /** Whether to use ANSI colours. */
  readonly color: boolean;
}

/** Longest part of a source line that is shown; generated IR has lines of many kilobytes. */
const EXCERPT_WIDTH = 160;
const SEVERITY_COLORS = { error: '31', warning: '35', note: '36' } as const;

/**
 * Shows a diagnostic as compilers do, notes behind it, each line ended by a newline:
 *
 *     a.ll:3:8: error: unknown instruction 'lod' [TBX0120]
 *         %x = lod i32, ptr %p
 *              ^~~
 */
export function formatDiagnostic(diagnostic: Diagnostic, options: FormatOptions): string {
  const lines: string[] = [];
  formatInto(lines, diagnostic, options);
  return lines.map((line) => `${line}\n`).join('');
}

function formatInto(lines: string[], diagnostic: Diagnostic, options: FormatOptions): void {
  const { source, span } = diagnostic;
  const severity = paint(`${diagnostic.severity}:`, SEVERITY_COLORS[diagnostic.severity], options);
  lines.push(
    `${location(source, span)}${severity} ${printable(diagnostic.message)} [${diagnostic.code}]`,
  );
  if (source !== undefined && span !== undefined) append(lines, excerpt(source, span, options));
  for (const note of diagnostic.notes) formatInto(lines, note, options);
}

function location(source: SourceText | undefined, span: Span | undefined): string {
  if (source === undefined) return '';
  const path = printable(source.path);
  if (span === undefined) return `${path}: `;
  const { line, column } = source.position(span.start);
  return `${path}:${line}:${column}: `;
}

/** The line that holds the start of the span, and a line of carets below it. */
function excerpt(source: SourceText, span: Span, options: FormatOptions): string[] {
  const bounds = source.lineBounds(span.start);
  const left =
    span.start - bounds.start > EXCERPT_WIDTH / 2 ? span.start - EXCERPT_WIDTH / 2 : bounds.start;
  const right = Math.min(bounds.end, left + EXCERPT_WIDTH);
  const before = left > bounds.start ? '...' : '';
  const after = right < bounds.end ? '...' : '';
  const shown = asColumns(source.text.slice(left, right));
  const indent = before.length + asColumns(source.text.slice(left, span.start)).length;
  const width = Math.max(1, Math.min(span.end, right) - span.start);
  const carets = `^${'~'.repeat(width - 1)}`;
  return [
    `    ${before}${shown}${after}`,
    `    ${' '.repeat(indent)}${paint(carets, '32', options)}`,
  ];
}

/** One column a byte: tabs become spaces and what a terminal would act on becomes a dot. */
function asColumns(text: string): string {
  let shown = '';
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === 9) shown += ' ';
    else shown += code < 32 || code >= 127 ? '.' : text.charAt(at);
  }
  return shown;
}

function paint(text: string, color: string, options: FormatOptions): string {
  return options.color ? `\u001b[1;${color}m${text}\u001b[0m` : text;
}
