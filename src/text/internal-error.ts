/**
 * A broken invariant of our own: never the fault of the input. The command line shows it as an internal error (exit
 * code 70); nothing below it catches it.
 */
export class InternalError extends Error {
  override readonly name = 'InternalError';
}
