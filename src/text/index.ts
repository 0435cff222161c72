export { formatDiagnostic } from './diagnostic.js';
export type { Diagnostic, FormatOptions, Parsed, Severity } from './diagnostic.js';
export { InternalError } from './internal-error.js';
export { SourceText } from './source.js';
export type { Position } from './source.js';
export type { Span } from './span.js';
