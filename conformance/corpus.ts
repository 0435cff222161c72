/** The test files of LLVM that are taken, each part of a split file apart. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createHash } from 'node:crypto';

/** Under llvm/test of LLVM's source. */
export const FOLDERS = [
  'Assembler',
  'Bitcode',
  'Verifier',
  'CodeGen/X86',
  'Transforms',
  'Instrumentation',
  'DebugInfo',
] as const;

export type Folder = (typeof FOLDERS)[number];

export interface Case {
  readonly folder: Folder;
  /** The path under llvm/test; for a part of a split file, with its name behind a colon. */
  readonly name: string;
  /** One character a byte. */
  readonly text: string;
  /** Options of a RUN line without which LLVM itself does not take the file. */
  readonly flags: readonly string[];
}

/** Options that decide whether LLVM takes a file, and that llvm-as has. */
const DECISIVE = /(?<=\s)--?(?:allow-incomplete-ir|disable-verify|data-layout=\S+)/g;
const SEPARATOR = /^(?:.|\/\/)--- (\S+).*$/;

/** The Debian source package with the tests. */
export const SOURCE = 'llvm-toolchain-19';

/** The folder of LLVM's tests, fetched from Debian where it is not there yet. */
export function fetchTests(): string {
  const { status } = spawnSync('scripts/fetch-source.sh', [SOURCE], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${SOURCE} could not be fetched`);
  return join(process.cwd(), 'build', 'sources', SOURCE, 'llvm/test');
}

/** All cases under `tests`, which is llvm/test, in the order of their names. */
export function corpus(tests: string, folders: readonly Folder[]): Case[] {
  return folders.flatMap((folder) =>
    llFiles(join(tests, folder)).flatMap((file) => casesOf(tests, folder, join(folder, file))),
  );
}

function llFiles(folder: string): string[] {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith('.ll')).sort();
}

function casesOf(tests: string, folder: Folder, name: string): Case[] {
  const text = readFileSync(join(tests, name), 'latin1');
  const flags = [...new Set(runLines(text).flatMap((line) => line.match(DECISIVE) ?? []))];
  const whole = { folder, name, text, flags: flags.map((flag) => flag.replaceAll(/["']/g, '')) };
  if (!runLines(text).some((line) => line.includes('split-file'))) return [whole];
  return parts(text).map((part) => ({
    ...whole,
    name: `${name}:${part.name}`,
    text: part.text,
  }));
}

function runLines(text: string): readonly string[] {
  return text.match(/^\W*RUN:.*$/gm) ?? [];
}

interface Part {
  readonly name: string;
  readonly text: string;
}

/** The parts as split-file writes them; what stands above the first is none, nor are parts of other languages. */
function parts(text: string): Part[] {
  const found: { name: string; lines: string[] }[] = [];
  for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? []) {
    const name = SEPARATOR.exec(line.trimEnd())?.[1];
    if (name === undefined) found.at(-1)?.lines.push(line);
    else found.push({ name, lines: [] });
  }
  return found
    .filter(({ name }) => name.endsWith('.ll') || !name.includes('.'))
    .map(({ name, lines }) => ({ name, text: lines.join('') }));
}

/** What a text is known by in the cache. */
export function digest(text: string): string {
  return createHash('sha256').update(text, 'latin1').digest('hex');
}
