/** What the shells are told of each command, from the tables of commands and options. */

import { COMMANDS } from '../../src/cli/command-table/index.js';
import { headline, type OptionSpec } from '../../src/cli/command-table/spec.js';
import { OPTIONS, spelling } from '../../src/driver/option-table.js';

export interface CompletedOption {
  /** Without dashes. */
  readonly name: string;
  readonly letters: readonly string[];
  readonly describe: string;
  /** Its values: none, one of these words, or what only the user knows, a file for all we know. */
  readonly values: readonly string[] | 'none' | 'any';
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
}

function valuesOf({ choices, type }: OptionSpec): CompletedOption['values'] {
  if (choices !== undefined) return choices.map(String);
  return type === 'boolean' ? 'none' : 'any';
}

/** The commands of `tme-box`. */
export const COMPLETED: readonly CompletedCommand[] = COMMANDS.map((command) => ({
  name: command.name,
  summary: headline(command),
  options: [
    ...Object.entries<OptionSpec>(command.options).map(([option, spec]) => ({
      name: option,
      letters: [spec.alias ?? []].flat(),
      describe: spec.describe,
      values: valuesOf(spec),
    })),
    { name: 'help', letters: [], describe: 'show help', values: 'none' },
  ],
}));

/** The options of `tbx-cc` with each value that is known, and those whose value is not, ended by `=`. */
export const COMPILER_WORDS: readonly string[] = [
  ...OPTIONS.flatMap((spec) => {
    const option = spelling({ ...spec, value: '' });
    if (spec.value === '') return option;
    return /^[a-z\d+]+(?:\|[a-z\d+]+)+$/.test(spec.value)
      ? spec.value.split('|').map((value) => `${option}=${value}`)
      : `${option}=`;
  }),
  '-fno-tbx-verify',
];

/** A word that shells take as it is. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
