/** Source files that debug information names. Who made the module wrote the names, and it may be a stranger. */

import { realpathSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { readPlain } from './read-bytes.js';

/** Gives the file as bytes; undefined where it is not here, or not to be shown. */
export type ReadNamed = (directory: string, file: string) => string | undefined;

/** Reads any file, as a compiler does of an `#include`: for messages to who has the source compiled. */
export function readNamed(directory: string, file: string): string | undefined {
  return readPlain(resolve(directory, file))?.toString('latin1');
}

/**
 * A reader for what others will see: files below `folders` alone, links followed, and none that is hidden there, such as
 * `.git/config`. Each is read once.
 */
export function readerBelow(folders: readonly string[]): ReadNamed {
  const roots = folders.map((folder) => realpathSync(folder));
  const texts = new Map<string, string | undefined>();
  return (directory, file) => {
    const path = resolve(directory, file);
    if (!texts.has(path)) {
      const bytes = isBelow(roots, path) ? readPlain(path) : undefined;
      texts.set(path, bytes?.toString('latin1'));
    }
    return texts.get(path);
  };
}

function isBelow(roots: readonly string[], path: string): boolean {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    return false;
  }
  return roots.some((root) => {
    const way = relative(root, real);
    return !isAbsolute(way) && !way.split(sep).some((name) => name.startsWith('.'));
  });
}
