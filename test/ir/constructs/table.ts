/** docs/llvm-ir-constructs.md: the table that is made of the cases. */
import { FIRST, LAST } from './cases.js';
import type { Case, Chapter } from './cases.js';

const HEAD = `# Constructs of LLVM IR

What the parser reads, with the version of LLVM that brought it and the last one that has it, for LLVM ${FIRST} to ${LAST}. The samples are the tests: each is printed as it came, and its canonical print must be the same module to llvm-as. \`scripts/ts.sh test/ir/constructs/main.ts\` writes this page from [fixtures/ir/constructs](../fixtures/ir/constructs) and tries every version with each llvm-as that is installed.
`;

export function table(chapters: readonly Chapter[]): string {
  return [HEAD, ...chapters.map(section)].join('\n');
}

function section({ title, file, cases }: Chapter): string {
  const rows = cases.map(row).join('\n');
  return `## ${title}\n\nSamples: [${file}](../fixtures/ir/constructs/${file})\n\n| construct | since | until |\n|---|---|---|\n${rows}\n`;
}

function row({ title, since, until }: Case): string {
  const from = since < FIRST ? `before ${FIRST}` : String(since);
  return `| ${title.replaceAll('|', '\\|')} | ${from} | ${until < LAST ? String(until) : ''} |`;
}
