/**
 * Alignment of the targets of jump tables. LLVM aligns functions and the heads of loops; the cases of a switch in an
 * interpreter are neither, yet each is entered by a jump, and processors fetch code in aligned blocks: a case that begins
 * near the end of one costs a fetch of its own on every jump. Only targets behind a jump, a return or a trap are aligned,
 * so that nothing is executed that was not before.
 */
import type { Edit } from './gs-operand.js';

/** An entry of a table as clang prints it: the distance of a block from the table. */
const ENTRY = /^\t\.long\t(\.L(?:BB|tmp)\w+)-\.L(?:JTI|__tbx_labels)/gm;
const BLOCK_LABEL = /^(\.L(?:BB|tmp)\w+):/gm;
const LEAVES = /^\t(?:jmp|ret|ud2)/;

/** Two targets share a block of 32 bytes at most; more would cost more in size than it gains. */
const ALIGNMENT = '\t.p2align\t4\n';

/** The edits that align the targets of all jump tables in `text`. */
export function alignBranchTargets(text: string): readonly Edit[] {
  const targets = new Set<string>();
  for (const [, label = ''] of text.matchAll(ENTRY)) targets.add(label);
  if (targets.size === 0) return [];
  const edits: Edit[] = [];
  for (const { 1: label = '', index } of text.matchAll(BLOCK_LABEL)) {
    if (!targets.has(label) || !LEAVES.test(lineAbove(text, index))) continue;
    edits.push({ start: index, end: index, text: ALIGNMENT });
  }
  return edits;
}

/** The line above the one that begins at `start`. */
function lineAbove(text: string, start: number): string {
  return text.slice(text.lastIndexOf('\n', start - 2) + 1, start);
}
