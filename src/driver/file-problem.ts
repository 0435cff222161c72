import type { Diagnostic } from '../text/diagnostic.js';
import { problem } from './session.js';

/** A folder where a file is wanted: what Node says of it when it is read does not name it. */
export class FolderError extends Error {
  readonly syscall = 'read';

  constructor(path: string) {
    super(`EISDIR: illegal operation on a directory, read '${path}'`);
  }
}

/**
 * What the system says when it could not read or write a file.
 *
 * @throws what is no error of the system: that is a fault of ours
 */
export function fileProblem(error: unknown): Diagnostic {
  if (error instanceof Error && 'syscall' in error) return problem('TBX0806', error.message);
  throw error;
}
