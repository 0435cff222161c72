/** What the commands that take a module share. */

import type { Argv } from 'yargs';

/** Yargs hands a lone `-` over as an empty word. */
export const asFileName = (word: string): string => (word === '' ? '-' : word);

/** The files of a command that takes no option: yargs drops a lone `-` from a list. */
export function fileOperands(argv: readonly string[]): readonly string[] {
  return argv.slice(1).filter((word) => word === '-' || !word.startsWith('-'));
}

/** The positional FILE of a command. */
export function withFile<T>(yargs: Argv<T>): Argv<T & { file: string }> {
  return yargs.positional('file', {
    describe: "a module of LLVM IR in text form ('clang -S -emit-llvm'); '-' is standard input",
    type: 'string',
    demandOption: true,
    coerce: asFileName,
  });
}

/** The option that says where a result goes. */
export function withOutput<T>(yargs: Argv<T>): Argv<T & { output: string }> {
  return yargs.option('output', {
    alias: 'o',
    describe: "where the result goes; '-' is standard output",
    type: 'string',
    default: '-',
    coerce: asFileName,
  });
}

/** Options of the passes. */
export function withPassOptions<T>(yargs: Argv<T>) {
  return yargs
    .option('isolate', {
      describe: 'what is confined: loads, stores and memory routines, or control flow as well',
      choices: ['data', 'code+data'] as const,
      default: 'code+data' as const,
    })
    .option('lowering', {
      describe:
        "'ir': plain 'clang -c' of the result is confined; 'addr32': its assembly must go through tbx-as",
      choices: ['ir', 'addr32'] as const,
      default: 'ir' as const,
    })
    .option('keybits', {
      describe: 'bits of a KeyID',
      type: 'number',
      default: 15,
    });
}
