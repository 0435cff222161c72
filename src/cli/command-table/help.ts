/** The help of a command whose options yargs does not read. */

import { fill } from './fill.js';
import { type CommandSpec, optionWords } from './spec.js';

const WIDTH = 84;

/** What it is for, its options, and examples. */
export function commandHelp(command: CommandSpec): string {
  const { name, usage, details, options, examples } = command;
  const [purpose = '', ...notes] = details.map((text) => fill(text, WIDTH));
  const rows = Object.entries(options).map(([option, spec]) => ({
    left: optionWords(option, spec).join(', '),
    describe: spec.describe,
  }));
  const column = Math.max(...rows.map(({ left }) => left.length)) + 3;
  const table = rows.map(({ left, describe }) => `  ${left.padEnd(column)}${describe}\n`).join('');
  const lines = examples.map(([line]) => `  ${line.replace('$0', 'tme-box')}\n`).join('');
  return [`tme-box ${name} ${usage}\n`, purpose, table, ...notes, lines].join('\n');
}
