import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type Command } from './process.js';
import { ROOT, type Toolchain } from './toolchain.js';

/** Where recording-cc.sh writes, in the folder of a build. */
export const RECORD = 'tbx-record';
export const RECORDER = join(ROOT, 'programs/recording-cc.sh');

export interface IrCheck {
  readonly modules: number;
  /** The first module that a tool refuses, and what the tool says. */
  readonly failure: string | undefined;
}

/** One compilation of the recorded build: the folder it ran in and its words. */
interface Compilation {
  readonly directory: string;
  readonly words: readonly string[];
}

/**
 * Compiles every unit of a recorded build once more, to instrumented IR, and hands it to `llvm-as` and to
 * `opt -passes=verify` of the version of clang that printed it.
 */
export async function checkInstrumentedIr(
  directory: string,
  toolchain: Toolchain,
): Promise<IrCheck> {
  const compilations = parseRecord(await readFile(join(directory, RECORD), 'latin1'));
  const folder = join(directory, 'tbx-ir');
  await mkdir(folder, { recursive: true });
  for (const [i, compilation] of compilations.entries()) {
    const ir = join(folder, `${i}.ll`);
    const failure = await firstFailure([
      emitIr(compilation, ir),
      { program: `llvm-as-${toolchain.clang}`, arguments: [ir, '-o', '/dev/null'] },
      {
        program: `opt-${toolchain.clang}`,
        arguments: ['-passes=verify', '-disable-output', ir],
      },
    ]);
    if (failure !== undefined) return { modules: compilations.length, failure };
  }
  return { modules: compilations.length, failure: undefined };
}

/** The compilations of C among the recorded calls, without what configure scripts try. */
function parseRecord(record: string): readonly Compilation[] {
  return record
    .split('\0\0')
    .map((call) => call.split('\0'))
    .map(([directory = '', ...words]) => ({ directory, words }))
    .filter(({ words }) => words.some((word) => word.endsWith('.c')))
    .filter(({ words }) => !words.some((word) => /conftest|ztest\d/.test(word)))
    .filter(({ words }) => !words.includes('-E'));
}

/** The same compilation up to IR: without its output, its link inputs and `-c`. */
function emitIr(compilation: Compilation, ir: string): Command {
  const [program = '', ...words] = compilation.words;
  const kept = words.filter(
    (word, i) =>
      words[i - 1] !== '-o' && !['-o', '-c'].includes(word) && !/^-l|^-L|^-Wl,|\.[ao]$/.test(word),
  );
  return {
    program,
    arguments: [...kept, '-S', '-emit-llvm', '-o', ir],
    directory: compilation.directory,
  };
}

async function firstFailure(commands: readonly Command[]): Promise<string | undefined> {
  for (const command of commands) {
    const { status, stderr } = await run(command);
    if (status !== 0) {
      const said =
        stderr
          .toString()
          .split('\n')
          .find((line) => line.includes('error')) ?? '';
      return `${command.program} exits ${status}: ${said}`;
    }
  }
  return undefined;
}
