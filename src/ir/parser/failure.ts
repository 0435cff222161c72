import type { Diagnostic } from '../../text/diagnostic.js';

/**
 * How a parser bails out of any depth with its one diagnostic. Thrown by {@link Scanner.fail} only and caught at the
 * front end's entry points only.
 */
export class ParseFailure extends Error {
  override readonly name = 'ParseFailure';
  readonly diagnostic: Diagnostic;

  constructor(diagnostic: Diagnostic) {
    super(diagnostic.message);
    this.diagnostic = diagnostic;
  }
}
