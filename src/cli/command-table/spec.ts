/**
 * The commands of `tme-box` as a table: yargs reads it, with that `--help`, and the man pages and shell completions are
 * made from it.
 */

import type { Options, PositionalOptions } from 'yargs';

/** An option, as yargs has it. */
export interface OptionSpec extends Options {
  readonly describe: string;
  /** What its value is called, such as `DIR`, where the choices do not say it; `boolean` options have none. */
  readonly value?: string;
  /** The least and the greatest whole number that it may be. */
  readonly range?: readonly [number, number];
}

/** An operand, as yargs has it. */
export interface OperandSpec extends PositionalOptions {
  readonly describe: string;
}

export interface CommandSpec {
  readonly name: string;
  /** The operands in order: `<file>` is needed, `[more..]` are any number. */
  readonly usage: string;
  /** One line, for lists of commands. */
  readonly summary: string;
  /** Paragraphs that say more. */
  readonly details: readonly string[];
  readonly operands: Readonly<Record<string, OperandSpec>>;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command lines, each with what it is for. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
}

/** The summary without what stands behind its semicolon: for lists with less room than `--help`. */
export function headline({ summary }: CommandSpec): string {
  return summary.replace(/; .*/, '');
}

/** Yargs hands a lone `-` over as an empty word. */
export const asFileName = (word: string): string => (word === '' ? '-' : word);

/** The module that a command reads. */
export const FILE = {
  describe: "a module of LLVM IR in text form ('clang -S -emit-llvm'); '-' is standard input",
  type: 'string',
  demandOption: true,
  coerce: asFileName,
} as const satisfies OperandSpec;

/** Where a result goes. */
export const OUTPUT = {
  alias: 'o',
  describe: "where the result goes; '-' is standard output",
  value: 'FILE',
  type: 'string',
  default: '-',
  coerce: asFileName,
} as const satisfies OptionSpec;

/** Whether a result is JSON. */
export const JSON_FORMAT = {
  describe: 'as JSON',
  type: 'boolean',
  default: false,
} as const satisfies OptionSpec;

/** Options of the passes. */
export const PASS_OPTIONS = {
  isolate: {
    describe: 'what is confined: loads, stores and memory routines, or control flow as well',
    choices: ['data', 'code+data'],
    default: 'code+data',
  },
  lowering: {
    describe:
      "'ir': plain 'clang -c' of the result is confined; 'addr32': its assembly must go through tbx-as",
    choices: ['ir', 'addr32'],
    default: 'ir',
  },
  keybits: {
    describe: 'bits of a KeyID, 1 to 15',
    value: 'N',
    type: 'number',
    range: [1, 15],
    default: 15,
  },
} as const satisfies CommandSpec['options'];

/** How an option is written, its short form first: `-o FILE`, `--output=FILE`. */
export function optionWords(
  name: string,
  { alias, value, choices }: OptionSpec,
): readonly string[] {
  const what = choices === undefined ? value : choices.map(String).join('|');
  const short = [alias ?? []]
    .flat()
    .map((letter) => `-${letter}${what === undefined ? '' : ` ${what}`}`);
  return [...short, `--${name}${what === undefined ? '' : `=${what}`}`];
}
