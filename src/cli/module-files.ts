/** Folders of modules. They may be strangers': nothing in them leads out of them. */

import fsExtra from 'fs-extra';
import { join, relative, sep } from 'node:path';
import { LinkError } from '../driver/file-problem.js';

const { lstatSync, readdirSync, statSync } = fsExtra;

/** Whether it is there and a folder; `-` is not. */
export function isFolder(path: string): boolean {
  return path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * The names of the modules below a folder, relative to it, in an order that does not depend on the file system. Links to
 * folders are not followed.
 *
 * @throws LinkError for what has the name of a module and is none: leaving it out would say that it was looked at
 */
export function modulesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.name.endsWith('.ll') && !entry.isDirectory())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      if (!entry.isFile()) throw new LinkError(path);
      return relative(folder, path);
    })
    .sort();
}

/** The first link on the way from a folder to a file below it. */
export function linkOnTheWay(folder: string, file: string): string | undefined {
  let path = folder;
  for (const name of relative(folder, file).split(sep)) {
    path = join(path, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true) return path;
  }
  return undefined;
}
