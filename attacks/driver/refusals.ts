import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { run } from '../../programs/process.js';
import { ROOT } from '../../programs/toolchain.js';
import { FOLDER } from './build.js';
import type { Result } from './contained.js';
import { ATTACKS } from './program.js';
import type { Problem } from './verdict.js';

/** One part of a file of attacks that have to be refused: `// REFUSED name: CODE` begins it. */
export interface Part {
  /** `class/file/name`. */
  readonly name: string;
  /** The code of the diagnostic, or the rule, that has to refuse it. */
  readonly code: string;
  /** With what stands at the head of the file, which all parts share. */
  readonly text: string;
  readonly extension: string;
  /** Why it is not tried unconfined as well; parts that are only compiled never are. */
  readonly noControl: string | undefined;
}

const MARK = /^(?:\/\/|;|#) REFUSED (\w+): (\w+)(?:, no control: (.+))?$/m;

/** Reads the parts of a file, `class/name.ext`; none when it has other attacks. */
export function readParts(file: string): readonly Part[] {
  const extension = extname(file);
  const [head = '', ...rest] = readFileSync(join(ATTACKS, file), 'latin1').split(MARK);
  const parts: Part[] = [];
  for (let i = 0; i + 3 < rest.length; i += 4) {
    const [name = '', code = '', noControl, text = ''] = rest.slice(i, i + 4);
    parts.push({
      name: `${file.slice(0, -extension.length)}/${name}`,
      code,
      text: head + text,
      extension,
      noControl,
    });
  }
  return parts;
}

/** The part as a file of its own. */
export function writePart(part: Part): string {
  const path = join(FOLDER, `${part.name}${part.extension}`);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, part.text, 'latin1');
  return path;
}

/** The compiler has to refuse it, for the reason that is named. */
export async function tryCompiling(part: Part): Promise<Result> {
  const source = writePart(part);
  const { status, stderr } = await run({
    program: join(ROOT, 'bin/tbx-cc'),
    arguments: ['-O1', '-w', '-c', source, '-o', `${source}.o`],
    timeoutSeconds: 60,
  });
  const said = stderr.toString('latin1');
  const problems: Problem[] = [];
  if (status === 0) {
    problems.push({ attack: part.name, build: 'tbx-cc', kind: 'refusal', text: 'was accepted' });
  } else if (!said.includes(`[${part.code}`)) {
    const text = `not refused as ${part.code}: ${said.slice(0, 400)}`;
    problems.push({ attack: part.name, build: 'tbx-cc', kind: 'refusal', text });
  }
  return { attacks: [part.name], problems, controls: 0, skipped: [] };
}
