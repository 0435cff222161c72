/**
 * The three steps that a compile job becomes, as cc1 command lines made from clang's own:
 *
 *     front     source -> optimised IR          as planned, but -emit-llvm
 *     back      instrumented IR -> assembly     no passes: code generation only, with the same target, -O and -g
 *     assemble  confined assembly -> object
 */

import type { Command, CompileOutput } from './plan.js';

const EMIT_FLAGS = new Set(['-emit-obj', '-S', '-emit-llvm', '-emit-llvm-bc']);

const EMIT: Readonly<Record<CompileOutput, string>> = {
  object: '-emit-obj',
  assembly: '-S',
  llvm: '-emit-llvm',
  bitcode: '-emit-llvm-bc',
};

/** Options of one word for the front step alone: most make it write files, or describe them. */
const FRONT_ONLY = new Set([
  ...['-MP', '-MG', '-sys-header-deps', '-fmodules'],
  // Clang trusts the IR of its own front end; this module was rewritten.
  '-disable-llvm-verifier',
]);

/** The same, with their argument in a second word. */
const FRONT_ONLY_PAIRS = new Set([
  '-dependency-file',
  '-MT',
  '-header-include-file',
  '-dependency-dot',
  '-module-dependency-dir',
  '-serialize-diagnostic-file',
  '-diagnostic-log-file',
  '-opt-record-file',
  '-opt-record-format',
  '-opt-record-passes',
  '-load',
  '-plugin',
  '-include-pch',
  '-include',
  '-imacros',
  '-dumpdir',
]);
const FRONT_ONLY_PREFIXES = ['-fpass-plugin=', '-ftime-trace', '-plugin-arg-', '-stats-file='];

/** Options of the code generator that would make the front step write the same file a second time. */
const BACK_ONLY_PAIRS = new Set(['-stack-usage-file']);

function without(
  args: readonly string[],
  drop: (argument: string) => 'keep' | 'word' | 'pair',
): readonly string[] {
  const kept: string[] = [];
  for (let at = 0; at < args.length; at++) {
    const argument = args[at] ?? '';
    const what = drop(argument);
    if (what === 'keep') kept.push(argument);
    else if (what === 'pair') at++;
  }
  return kept;
}

/** `args` with the word after the last `option` replaced. */
export function withValue(
  args: readonly string[],
  option: string,
  value: string,
): readonly string[] {
  const at = args.lastIndexOf(option);
  return at < 0 ? [...args, option, value] : args.with(at + 1, value);
}

/** The word after `option`, if it is there. */
export function valueOf(args: readonly string[], option: string): string | undefined {
  const at = args.lastIndexOf(option);
  return at < 0 ? undefined : args[at + 1];
}

/** The file that the job compiles; clang puts it last. */
export function inputOf(command: Command): string | undefined {
  return command.args.at(-1);
}

/** -O0 is also what no -O at all means. */
function isUnoptimised(command: Command): boolean {
  const level = command.args.findLast((argument) => argument.startsWith('-O'));
  return level === undefined || level === '-O0';
}

/** The front step: what clang would compile, stopped where it has optimised IR, printed to `output`. */
export function frontCommand(
  command: Command,
  output: string,
  dependencyFile: string | undefined,
): Command {
  const args = without(command.args, (argument) => {
    if (EMIT_FLAGS.has(argument)) return 'word';
    return BACK_ONLY_PAIRS.has(argument) ? 'pair' : 'keep';
  }).toSpliced(1, 0, '-emit-llvm', ...(isUnoptimised(command) ? ['-disable-O0-optnone'] : []));
  const named = withValue(args, '-o', output);
  return {
    program: command.program,
    args:
      dependencyFile === undefined ? named : withValue(named, '-dependency-file', dependencyFile),
  };
}

/** A front step that adds line numbers, for messages; its warnings were shown before. */
export function withLineNumbers({ program, args }: Command): Command {
  const quiet = args.toSpliced(1, 0, '-w', '-debug-info-kind=line-tables-only', '-dwarf-version=5');
  return { program, args: without(quiet, dropDependencies) };
}

/** A front step for IR that was optimised before. */
export function withoutPasses({ program, args }: Command): Command {
  return { program, args: args.toSpliced(1, 0, '-disable-llvm-passes') };
}

/** Dependencies were written with the first front step. */
function dropDependencies(argument: string): 'keep' | 'word' | 'pair' {
  if (argument === '-sys-header-deps' || argument === '-MP') return 'word';
  return argument === '-dependency-file' || argument === '-MT' ? 'pair' : 'keep';
}

/** The back step: code generation alone, from the IR in `input` to `output`. */
export function backCommand(
  command: Command,
  input: string,
  output: string,
  emit: CompileOutput,
): Command {
  const language = command.args.lastIndexOf('-x');
  const options = language < 0 ? command.args.slice(0, -1) : command.args.slice(0, language);
  const args = without(options, (argument) => {
    if (EMIT_FLAGS.has(argument) || FRONT_ONLY.has(argument)) return 'word';
    if (FRONT_ONLY_PREFIXES.some((prefix) => argument.startsWith(prefix))) return 'word';
    return FRONT_ONLY_PAIRS.has(argument) ? 'pair' : 'keep';
    // Comments cost time, and clang prints the bytes of strings in debug information into them, NULs too.
  }).toSpliced(1, 0, EMIT[emit], '-disable-llvm-passes', '-fno-verbose-asm');
  // The generator for -O0 writes outgoing stack arguments through a copy of rsp, which no operand check can follow.
  const level = isUnoptimised(command) ? ['-O1'] : [];
  return {
    program: command.program,
    args: [...withValue(args, '-o', output), ...level, '-x', 'ir', input],
  };
}

/** Options of a cc1 job that mean the same to the assembler. */
const SHARED_PAIRS = new Set(['-triple', '-target-cpu', '-target-feature', '-mrelocation-model']);
const SHARED_PREFIXES = [
  '-dwarf-version=',
  '-fdebug-compilation-dir=',
  '-compress-debug-sections=',
  '--compress-debug-sections=',
  '-mrelax-relocations=',
];

/** The assemble step of a compile job. */
export function assembleCommand(command: Command, input: string, output: string): Command {
  const shared: string[] = [];
  command.args.forEach((argument, at) => {
    const value = command.args[at + 1];
    if (SHARED_PAIRS.has(argument) && value !== undefined) shared.push(argument, value);
    else if (SHARED_PREFIXES.some((prefix) => argument.startsWith(prefix))) shared.push(argument);
  });
  return {
    program: command.program,
    args: ['-cc1as', ...shared, '-filetype', 'obj', '-o', output, input],
  };
}
