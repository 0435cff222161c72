/**
 * fixtures/ir/constructs: one matter of the language each, several to a file.
 *
 *     ; Instructions                                  the chapter, in the first line
 *     ;; icmp samesign | since 20                     a case and the first version of LLVM that has it
 *     ;; mul expression | until 20                    the last version that has it
 *     ;; unnamed globals | alone                      not to be put together with the others of its file
 *
 * The cases of a file that one version has are one module together, so that one run of its llvm-as judges them all. What
 * is not marked was there before LLVM 16.
 */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(process.cwd(), 'fixtures/ir/constructs');
/** What the parser is made for. */
export const FIRST = 16;
export const LAST = 22;

export interface Case {
  readonly title: string;
  readonly text: string;
  /** {@link FIRST} - 1 for what was there before. */
  readonly since: number;
  readonly until: number;
  readonly alone: boolean;
}

export interface Chapter {
  readonly file: string;
  readonly title: string;
  readonly cases: readonly Case[];
}

export function chapters(): Chapter[] {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.ll'));
  return files.sort().map(readChapter);
}

function readChapter(file: string): Chapter {
  const [head = '', ...cases] = readFileSync(join(FOLDER, file), 'latin1').split(/^;; /m);
  return { file, title: head.replace(/^; /, '').trim(), cases: cases.map(readCase) };
}

function readCase(section: string): Case {
  const end = section.indexOf('\n');
  const [title = '', ...marks] = section.slice(0, end).split(' | ');
  const number = (mark: string, otherwise: number) =>
    Number(marks.find((text) => text.startsWith(mark))?.slice(mark.length) ?? otherwise);
  return {
    title,
    text: section.slice(end + 1),
    since: number('since ', FIRST - 1),
    until: number('until ', LAST),
    alone: marks.includes('alone'),
  };
}

export function exists({ since, until }: Case, version: number): boolean {
  return since <= version && version <= until;
}

/** The modules that a version of LLVM must accept: all cases that go together, and each of the others. */
export function modules({ cases }: Chapter, version: number): string[] {
  const known = cases.filter((one) => exists(one, version));
  const together = known.filter(({ alone }) => !alone).map(({ text }) => text);
  return [together.join(''), ...known.filter(({ alone }) => alone).map(({ text }) => text)];
}

/** A case that a version must reject, among those that it accepts. */
export function intruding(chapter: Chapter, one: Case, version: number): string {
  if (one.alone) return one.text;
  const [together = ''] = modules(chapter, version);
  return together + one.text;
}
