/**
 * A store of files under the hash of what they were made from. A file appears by one rename, complete; several
 * builds may share the folder.
 */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The SHA-256 of a list of parts; no two different lists have the same text that is hashed. */
export function hashOf(parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(`${Buffer.byteLength(part)}\n`);
    hash.update(part);
  }
  return hash.digest('hex');
}

/** The hash of the files below the folders that `wanted` takes, with their names. */
export function hashOfFolders(
  folders: readonly string[],
  wanted: (path: string) => boolean,
): string {
  const parts: (string | Buffer)[] = [];
  for (const folder of folders) {
    const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
    const paths = entries.filter((e) => e.isFile()).map((e) => join(e.parentPath, e.name));
    for (const path of paths.filter(wanted).sort())
      parts.push(path.slice(folder.length), readFileSync(path));
  }
  return hashOf(parts);
}

/** See the head of this file. */
export class ContentCache {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  read(key: string): Buffer | undefined {
    try {
      return readFileSync(this.path(key));
    } catch {
      return undefined;
    }
  }

  write(key: string, content: Buffer | string): void {
    const path = this.path(key);
    mkdirSync(dirname(path), { recursive: true });
    const temporary = `${path}.${randomUUID()}`;
    writeFileSync(temporary, content, 'latin1');
    renameSync(temporary, path);
  }

  path(key: string): string {
    return join(this.#folder, key.slice(0, 2), key.slice(2));
  }
}
