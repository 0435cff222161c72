/**
 * Writes docs/llvm-ir-constructs.md, and tries the versions that it states with every llvm-as of LLVM 16 to 22 that is
 * installed: a case must be accepted by those that have it and rejected by the others.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIRST, LAST, chapters, exists, intruding, modules } from './cases.js';
import type { Chapter } from './cases.js';
import { table } from './table.js';

/** llvm-as's complaint; undefined if it has none. */
function complaint(text: string, version: number): string | undefined {
  const { status, stderr } = spawnSync(`llvm-as-${version}`, ['-o', '-', '-'], {
    input: Buffer.from(text, 'latin1'),
    stdio: ['pipe', 'ignore', 'pipe'],
  });
  return status === 0 ? undefined : stderr.toString('latin1');
}

function isInstalled(version: number): boolean {
  return spawnSync(`llvm-as-${version}`, ['--version']).status === 0;
}

function tryOn(chapter: Chapter, version: number): string[] {
  const wrong: string[] = [];
  for (const text of modules(chapter, version)) {
    const found = complaint(text, version);
    if (found !== undefined) wrong.push(`${chapter.file}, LLVM ${version}: ${found}`);
  }
  for (const one of chapter.cases.filter((other) => !exists(other, version))) {
    if (complaint(intruding(chapter, one, version), version) === undefined)
      wrong.push(`${chapter.file}: LLVM ${version} has '${one.title}'`);
  }
  return wrong;
}

const all = chapters();
const versions = Array.from({ length: LAST - FIRST + 1 }, (_, index) => FIRST + index);
const installed = versions.filter(isInstalled);
const wrong = installed.flatMap((version) => all.flatMap((chapter) => tryOn(chapter, version)));
writeFileSync(join(process.cwd(), 'docs/llvm-ir-constructs.md'), table(all));
const count = all.reduce((sum, { cases }) => sum + cases.length, 0);
process.stdout.write(`${count} constructs, tried with LLVM ${installed.join(', ')}\n`);
for (const line of wrong) process.stdout.write(`${line}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;
