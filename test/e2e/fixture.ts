import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../programs/toolchain.js';

/** A C program with what is expected of it in its comments: `// EXPECT: line`, `// EXIT: n`, … */
export interface Fixture {
  readonly name: string;
  readonly path: string;
  /** The values of a directive, in order. */
  readonly directives: (name: string) => readonly string[];
}

/** The fixtures of fixtures/FOLDER, by name. */
export function fixtures(folder: string): readonly Fixture[] {
  const directory = join(ROOT, 'fixtures', folder);
  return readdirSync(directory)
    .filter((file) => file.endsWith('.c'))
    .sort()
    .map((file) => readFixture(join(directory, file)));
}

function readFixture(path: string): Fixture {
  const lines = readFileSync(path, 'utf8').split('\n');
  return {
    name: basename(path, '.c'),
    path,
    directives: (name) => {
      const head = `// ${name}:`;
      return lines
        .filter((line) => line.startsWith(head))
        .map((line) => line.slice(head.length).replace(/^ /, ''));
    },
  };
}

/** The standard output that the EXPECT lines describe; empty when there are none. */
export function expectedOutput(fixture: Fixture): string {
  return fixture
    .directives('EXPECT')
    .map((line) => `${line}\n`)
    .join('');
}
