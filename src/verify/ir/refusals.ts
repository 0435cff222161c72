/** What a module is refused for, with places in its source. */
import type { Diagnostic } from '../../text/diagnostic.js';
import type { SourceText } from '../../text/source.js';
import type { Span } from '../../text/span.js';
import type { IrRule } from './rules.js';

export class Refusals {
  readonly found: Diagnostic[] = [];
  readonly #source: SourceText;

  constructor(source: SourceText) {
    this.#source = source;
  }

  refuse(code: IrRule, { start, end }: Span, message: string): void {
    const span = { start, end };
    this.found.push({ code, severity: 'error', message, source: this.#source, span, notes: [] });
  }
}
