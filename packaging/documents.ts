/**
 * Writes what is made from the tables of commands and options: manual pages to build/man, completions to
 * build/completion. The pages of section 3 are made from the comments of tmebox.h and
 * tmebox-memory.h. `make man` runs it.
 */

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bashCompletion } from './completion/bash.js';
import { fishCompletions } from './completion/fish.js';
import { zshCompletions } from './completion/zsh.js';
import { readHeader } from './manual/header.js';
import { libraryPages } from './manual/library-pages.js';
import { ALIASES, manualPages } from './manual/pages.js';
import { type Edition, printAlias, printPage } from './manual/roff.js';

/** The version of the package, and the day that the changelog has for it. */
function edition(): Edition {
  const [, version, date] =
    /^## \[(\d[^\]]*)\] - (\d{4}-\d\d-\d\d)$/m.exec(readFileSync('CHANGELOG.md', 'utf8')) ?? [];
  if (version === undefined || date === undefined) throw new Error('CHANGELOG.md has no version');
  return { version, date };
}

function writeFolder(folder: string, files: readonly (readonly [string, string])[]): void {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(folder, name), text);
}

const now = edition();
const header = (name: string) => readHeader(readFileSync(join('runtime/host', name), 'utf8'));
const { introduction, chapters } = header('tmebox.h');
const functions = libraryPages(introduction, [...chapters, ...header('tmebox-memory.h').chapters]);
writeFolder('build/man', [
  ...manualPages().map((page) => [`${page.name}.1`, printPage(page, now)] as const),
  ...ALIASES.map(([name, page]) => [`${name}.1`, printAlias(page, 1)] as const),
  ...functions.map(({ page }) => [`${page.name}.3`, printPage(page, now)] as const),
  ...functions.flatMap(({ page, aliases }) =>
    aliases.map((name) => [`${name}.3`, printAlias(page.name, 3)] as const),
  ),
]);
writeFolder('build/completion/bash', [['tme-box', bashCompletion()]]);
writeFolder('build/completion/zsh', zshCompletions());
writeFolder('build/completion/fish', fishCompletions());
