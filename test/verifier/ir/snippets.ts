/**
 * Snippets for the IR verifier, several to a file:
 *
 *     ;; plain load | TBV0102 2:8        what is refused, in the order of the source; nothing for what passes
 *     ;; window | addr32 data            by which rules, if not `ir code+data`; `bare` for a module without a note
 *
 * The note is put behind each snippet, so that lines count from the snippet's own first.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface Snippet {
  readonly title: string;
  readonly text: string;
  /** `TBV0102 2:3`, one for each refusal. */
  readonly refusals: readonly string[];
}

export function snippets(folder: 'pass' | 'fail'): Snippet[] {
  const path = join(process.cwd(), 'test/verifier/ir', folder);
  return readdirSync(path)
    .sort()
    .flatMap((name) => readFileSync(join(path, name), 'latin1').split(/^;; /m).slice(1))
    .map(readSnippet);
}

function readSnippet(section: string): Snippet {
  const end = section.indexOf('\n');
  const [title = '', ...marks] = section.slice(0, end).split(' | ');
  const rules = marks.find((mark) => /^(?:ir|addr32|bare)/.test(mark)) ?? 'ir code+data';
  return {
    title,
    text: section.slice(end + 1) + note(rules),
    refusals: marks.filter((mark) => mark.startsWith('TBV')).flatMap((mark) => mark.split(', ')),
  };
}

/** The note as docs/abi.md has it: sizes of owner and description, type 1, both padded to 4 bytes. */
export function note(rules: string): string {
  if (rules === 'bare') return '';
  const [lowering = '', isolation = ''] = rules.split(' ');
  const description = `abi=1 lowering=${lowering} isolate=${isolation} keybits=15`;
  const length = description.length + 1;
  const padded = `${description}\\00${'\\00'.repeat(-length & 3)}`;
  const size = 20 + length + (-length & 3);
  const head = `\\08\\00\\00\\00\\${length.toString(16)}\\00\\00\\00\\01\\00\\00\\00TME-Box\\00`;
  return `@__tbx_note = private constant [${size} x i8] c"${head}${padded}", section ".note.tmebox", align 4
@llvm.compiler.used = appending global [1 x ptr] [ptr @__tbx_note], section "llvm.metadata"
`;
}
