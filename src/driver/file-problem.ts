import type { Diagnostic } from '../text/diagnostic.js';
import { TooLargeError } from './read-bytes.js';
import { problem } from './session.js';

/** A link, or what is no file at all, where a folder should hold modules: it may lead anywhere, and never end. */
export class LinkError extends Error {
  readonly syscall = 'open';

  constructor(path: string) {
    super(`${path} is a link or a device: in a folder of modules only files are taken`);
  }
}

/**
 * What there is to say of a file that could not be read or written.
 *
 * @throws what is no error of a file: that is a fault of ours
 */
export function fileProblem(error: unknown): Diagnostic {
  if (error instanceof TooLargeError) return problem('TBX0820', error.message);
  if (error instanceof Error && 'syscall' in error) return problem('TBX0806', error.message);
  throw error;
}
