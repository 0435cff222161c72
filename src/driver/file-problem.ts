import type { Diagnostic } from '../text/diagnostic.js';
import { problem } from './session.js';

/** A folder where a file is wanted: what Node says of it when it is read does not name it. */
export class FolderError extends Error {
  readonly syscall = 'read';

  constructor(path: string) {
    super(`EISDIR: illegal operation on a directory, read '${path}'`);
  }
}

/** A link, or what is no file at all, where a folder should hold modules: it may lead anywhere, and never end. */
export class LinkError extends Error {
  readonly syscall = 'open';

  constructor(path: string) {
    super(`${path} is a link or a device: in a folder of modules only files are taken`);
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
