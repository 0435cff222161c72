/**
 * Reads the linker command of clang's plan. What an image has in any case is dropped, what it cannot have is an
 * error, libraries are found, and the rest is the linker's.
 */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Diagnostic } from '../text/diagnostic.js';
import { problem } from './session.js';

export interface LinkLine {
  /** Linker words in order: files by their paths, and options that concern them. */
  readonly words: readonly string[];
  /** The objects and archives among the words. */
  readonly files: readonly string[];
  /** The output is an object to link again (`-r`). */
  readonly relocatable: boolean;
  /** The level of optimisation that clang names to linkers that generate code (`-flto`). */
  readonly level: string | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Options of one word that mean nothing for a static image, or that the image has in any case. */
const DROPPED =
  /^(?:--sysroot=.*|--hash-style=.*|--build-id(?:=.*)?|--eh-frame-hdr|-static|-pie|--pie|-no-pie|--no-pie|-E|-export-dynamic|--export-dynamic|--rpath=.*|-rpath=.*|--rpath-link=.*|-rpath-link=.*|-soname=.*|--soname=.*|--(?:no-)?as-needed|-B(?:static|dynamic|symbolic.*)|-d[nyc]|-O\d?|--enable-new-dtags|--disable-new-dtags|--gc-sections|--no-dynamic-linker|--no-copy-dt-needed-entries|--copy-dt-needed-entries|--warn-common|--dynamic-linker=.*|-R.*)$/;
/** The same, with a second word. */
const DROPPED_PAIRS = new Set([
  ...['-m', '-dynamic-linker', '--dynamic-linker', '-rpath', '--rpath', '-rpath-link'],
  ...['--rpath-link', '-soname', '--soname', '-h', '-I', '-z', '-plugin', '--hash-style'],
]);
/** Options with a second word that is no input file. */
const KEPT_PAIRS = new Set([
  ...['-u', '--undefined', '-y', '--trace-symbol', '-Map', '--Map', '--defsym', '--wrap'],
  ...['--exclude-libs', '--version-script', '--retain-symbols-file', '--entry', '-e'],
]);
const REFUSED: readonly (readonly [RegExp, string])[] = [
  [/^--?shared$/, 'a sandbox image is one static program'],
  [/^(?:-T.*|--script.*|-dT)$/, "the image's layout is fixed (docs/abi.md)"],
  [/^(?:-e|--entry)(?:=.*)?$/, 'an image begins at _start of its own start code'],
];

/** Libraries whose functions are in the image's libc, as musl has it, or in its support library. */
const IN_LIBC = new Set([
  ...['c', 'm', 'dl', 'rt', 'pthread', 'util', 'crypt', 'resolv', 'xnet', 'gcc', 'gcc_s'],
  ...['gcc_eh', 'tbx', 'compiler-rt'],
]);

function findLibrary(name: string, directories: readonly string[]): string | undefined {
  const file = name.startsWith(':') ? name.slice(1) : `lib${name}.a`;
  return directories.map((directory) => join(directory, file)).find((path) => existsSync(path));
}

class LinkLineReader {
  readonly words: string[] = [];
  readonly files: string[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly #directories: readonly string[];
  relocatable = false;
  level: string | undefined;

  constructor(directories: readonly string[]) {
    this.#directories = directories;
  }

  file(path: string): void {
    if (/\.so(?:\.\d+)*$/.test(path)) {
      this.diagnostics.push(
        problem('TBX0706', `${path}: a sandbox image is static; it cannot use a shared library`),
      );
      return;
    }
    this.words.push(path);
    this.files.push(path);
  }

  library(name: string): void {
    const path = findLibrary(name, this.#directories);
    if (path !== undefined) this.file(path);
    else if (!IN_LIBC.has(name)) {
      const message = `library '-l${name}' is not there as an archive built with tbx-cc; looked in ${this.#directories.join(', ') || 'no folder (-L)'}`;
      this.diagnostics.push(problem('TBX0705', message));
    }
  }

  /** Takes one word, and `next` if it belongs to it. Returns how many words that were. */
  take(word: string, next: string | undefined): 1 | 2 {
    if (word === '-o' || word === '-L' || DROPPED_PAIRS.has(word)) return 2;
    if (word.startsWith('-L') || DROPPED.test(word)) return 1;
    const option = /^-?-plugin-opt=(?:O([0-3]))?/.exec(word);
    if (option !== null) {
      this.level = option[1] ?? this.level;
      return 1;
    }
    if (word === '-l') {
      if (next !== undefined) this.library(next);
      return 2;
    }
    if (word.startsWith('-l')) {
      this.library(word.slice(2));
      return 1;
    }
    const refused = REFUSED.find(([pattern]) => pattern.test(word));
    if (refused !== undefined) {
      this.diagnostics.push(problem('TBX0802', `linker option '${word}': ${refused[1]}`));
      return 1;
    }
    if (KEPT_PAIRS.has(word) && next !== undefined) {
      this.words.push(word, next);
      return 2;
    }
    if (word === '-r' || word === '--relocatable') this.relocatable = true;
    if (word.startsWith('-')) this.words.push(word);
    else this.file(word);
    return 1;
  }
}

/** The folders of `-L`, wherever they stand: the linker looks in all of them for each library. */
function libraryFolders(args: readonly string[]): readonly string[] {
  return args.flatMap((argument, at) => {
    if (argument === '-L') return args.slice(at + 1, at + 2);
    return argument.startsWith('-L') ? [argument.slice(2)] : [];
  });
}

/** Reads the linker's arguments; libraries are looked for in the folders that they name. */
export function readLinkLine(args: readonly string[]): LinkLine {
  const reader = new LinkLineReader(libraryFolders(args));
  for (let at = 0; at < args.length;) at += reader.take(args[at] ?? '', args[at + 1]);
  return {
    words: reader.words,
    files: reader.files,
    relocatable: reader.relocatable,
    level: reader.level,
    diagnostics: reader.diagnostics,
  };
}
