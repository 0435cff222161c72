/** Folders of modules. */

import fsExtra from 'fs-extra';

const { readdirSync, statSync } = fsExtra;

/** Whether it is there and a folder; `-` is not. */
export function isFolder(path: string): boolean {
  return path !== '-' && statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** The names of the modules below a folder, relative to it, in an order that does not depend on the file system. */
export function modulesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ll'))
    .sort();
}
