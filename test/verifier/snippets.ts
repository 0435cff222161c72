/** The snippets of pass/ and fail/, assembled and linked into images. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Refusal } from '../../src/verify/image/rules.js';
import { readSymbols } from '../../src/verify/image/symbols.js';

/** From the root of the repo, where tests and make targets run; some are bundled, and know no folder of theirs. */
const FOLDER = 'test/verifier';
const CASE = /^CASE (\S+) *(?:# (TBV\d{4}))?$/gm;

export interface Snippet {
  readonly name: string;
  /** The rule by which it has to be refused. */
  readonly rule: string | undefined;
}

export interface SnippetImage {
  readonly bytes: Uint8Array;
  /** The snippet that an address is in. */
  readonly owner: (address: number | undefined) => string | undefined;
}

/** The first line of files of another isolation than `any`. */
const ISOLATION = /^# isolate=(\S+)\n/;

/** The snippets of a file. */
export function readSnippets(file: string): readonly Snippet[] {
  const source = readFileSync(join(FOLDER, file), 'latin1');
  return [...source.matchAll(CASE)].map(([, name = '', rule]) => ({ name, rule }));
}

/** The isolation that a file is about. */
export function isolationOf(file: string): string {
  const source = readFileSync(join(FOLDER, file), 'latin1');
  return ISOLATION.exec(source)?.[1] ?? 'any';
}

/** Builds the image of one file of snippets, whose entry calls them all. */
export function buildSnippets(file: string): SnippetImage {
  const names = new Set(readSnippets(file).map(({ name }) => name));
  const source = readFileSync(join(FOLDER, file), 'latin1');
  const calls = [...names].map((name) => `\tcall ${name}\n`).join('');
  const start = `\t.section .text.start, "ax", @progbits\n\t.globl _start\n_start:\n${calls}\tud2\n`;
  const bytes = linkWithPrelude(`${source}${start}`, isolationOf(file));
  const symbols = readSymbols(bytes, (name) => names.has(name) || name === 'callee');
  return {
    bytes,
    owner: (address) => {
      const name = address === undefined ? undefined : symbols.at(address)?.name;
      return name !== undefined && names.has(name) ? name : undefined;
    },
  };
}

/** An image of text behind prelude.s, which says that it is of an isolation. */
export function linkWithPrelude(assembly: string, isolation = 'any'): Uint8Array {
  const prelude = readFileSync(join(FOLDER, 'prelude.s'), 'latin1');
  return link(`${prelude.replace('isolate=any', `isolate=${isolation}`)}${assembly}`);
}

/** Assembles and links text as an image; its symbols are kept. */
export function link(assembly: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'tbx-snippets-'));
  try {
    const [text, object, image] = ['a.s', 'a.o', 'a.image'].map((name) => join(folder, name));
    writeFileSync(text ?? '', assembly, 'latin1');
    const target = ['-target', 'x86_64-linux-gnu', '-c', '-x', 'assembler'];
    execFileSync('clang-22', [...target, text ?? '', '-o', object ?? '']);
    const script = ['-static', '-z', 'max-page-size=4096', '-T', join(FOLDER, 'image.ld')];
    execFileSync('ld.lld-22', [...script, object ?? '', '-o', image ?? '']);
    return readFileSync(image ?? '');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** One line a refusal, for messages of failing tests. */
export function describeRefusal({ rule, address, instruction, message }: Refusal): string {
  return `${rule} 0x${(address ?? 0).toString(16)} ${instruction ?? ''}: ${message}`;
}
