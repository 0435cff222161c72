/**
 * Clang's own plan for a command line, as `clang -###` prints it: one line a job, every word quoted. Asking clang
 * keeps the wrapper free of a table of clang's options that would age.
 *
 * The text of `-###` is no formal interface: a job that is not understood is an error, never guessed.
 */

/** What a compile job writes. */
export type CompileOutput = 'object' | 'assembly' | 'llvm' | 'bitcode';

export type Job =
  | { readonly kind: 'compile'; readonly output: CompileOutput; readonly command: Command }
  /** Assembler text to object. */
  | { readonly kind: 'assemble'; readonly command: Command }
  | { readonly kind: 'link'; readonly command: Command }
  /** Anything of clang's that makes no code: preprocessing, dependencies, precompiled headers, syntax checks. */
  | { readonly kind: 'other'; readonly command: Command };

/** A program and its arguments. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
}

export interface Plan {
  readonly jobs: readonly Job[];
  /** What clang said beside the plan: its errors and warnings, a line each. */
  readonly messages: readonly string[];
}

const OUTPUTS: ReadonlyMap<string, CompileOutput> = new Map([
  ['-emit-obj', 'object'],
  ['-S', 'assembly'],
  ['-emit-llvm', 'llvm'],
  ['-emit-llvm-bc', 'bitcode'],
] as const);

/** What a cc1 job writes, or undefined if it makes no code. */
export function compileOutput(args: readonly string[]): CompileOutput | undefined {
  for (const argument of args) {
    const output = OUTPUTS.get(argument);
    if (output !== undefined) return output;
  }
  return undefined;
}

/** Lines about clang itself that come before the plan. */
const HEADER =
  /^(?:.*\bclang version |Target: |Thread model: |InstalledDir: |Configuration file: |Build config: | \(in-process\)|Found candidate GCC|Selected GCC|Candidate multilib|Selected multilib|$)/;

const WORD = /"((?:[^"\\]|\\.)*)"/gs;

/** The words of a job's line. `\` stands before each `"`, `\` and `$` that is meant itself. */
export function parseJobLine(line: string): readonly string[] {
  return [...line.matchAll(WORD)].map((match) => (match[1] ?? '').replace(/\\(.)/gs, '$1'));
}

function classify(command: Command): Job {
  const [first] = command.args;
  if (first === '-cc1as') return { kind: 'assemble', command };
  if (first !== '-cc1') return { kind: 'link', command };
  const output = compileOutput(command.args);
  // Bitcode for the link step, which instruments it (whole-program.ts): until then it is clang's.
  const isLater = output === 'bitcode' && command.args.some((word) => word.startsWith('-flto'));
  return output === undefined || isLater
    ? { kind: 'other', command }
    : { kind: 'compile', output, command };
}

/** Parses what `clang -###` wrote to its standard error. */
export function parsePlan(text: string): Plan {
  const jobs: Job[] = [];
  const messages: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(' "')) {
      const [program, ...args] = parseJobLine(line);
      if (program !== undefined) jobs.push(classify({ program, args }));
    } else if (!HEADER.test(line)) {
      messages.push(line);
    }
  }
  return { jobs, messages };
}

/** The argument of `-o`, or undefined if the job writes no file. */
export function outputOf(command: Command): string | undefined {
  const at = command.args.lastIndexOf('-o');
  return at < 0 ? undefined : command.args[at + 1];
}
