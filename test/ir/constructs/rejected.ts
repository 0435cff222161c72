/**
 * fixtures/ir/rejected: one mistake each, several to a file, with the place and the code of what we say about it:
 *
 *     ;; load without a comma | 2:17 TBX0103
 *     ;; a body that is never closed | 1:18 TBX0102 | llvm 4      where LLVM reports it on another line
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SourceText, parseBody, parseMetadataNode, parseModule } from '../../../src/ir/index.js';
import type { Diagnostic } from '../../../src/ir/index.js';

const FOLDER = join(process.cwd(), 'fixtures/ir/rejected');

export interface Rejected {
  readonly title: string;
  readonly text: string;
  /** `2:17 TBX0103` */
  readonly expected: string;
  /** The line that LLVM names. */
  readonly line: number;
}

export function rejectedCases(): Rejected[] {
  const files = readdirSync(FOLDER).sort();
  return files.flatMap((name) =>
    readFileSync(join(FOLDER, name), 'latin1').split(/^;; /m).slice(1).map(readCase),
  );
}

function readCase(section: string): Rejected {
  const end = section.indexOf('\n');
  const [title = '', expected = '', llvm] = section.slice(0, end).split(' | ');
  const line = Number(llvm?.slice('llvm '.length) ?? expected.split(':')[0]);
  return { title, text: section.slice(end + 1), expected, line };
}

/** The first error that we find in a module, its bodies and its metadata, as {@link Rejected.expected} has it. */
export function firstError(text: string): string {
  const source = new SourceText('rejected.ll', text);
  const { value: module, diagnostics } = parseModule(source);
  const found: Diagnostic[] = [...diagnostics];
  for (const fn of module?.functions.values() ?? []) {
    if (module !== undefined && fn.body !== undefined)
      found.push(...parseBody(module, fn).diagnostics);
  }
  for (const definition of module?.metadata.values() ?? [])
    found.push(...parseMetadataNode(definition).diagnostics);
  const [first] = found;
  if (first?.span === undefined) return 'accepted';
  const { line, column } = source.position(first.span.start);
  return `${line}:${column} ${first.code}`;
}
