/** The help of a command whose options yargs does not read. */

import { type CommandSpec, optionWords } from './spec.js';

const WIDTH = 84;

/** Words put into lines. */
function fill(text: string): string {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? word : ` ${word}`;
  }
  return [...lines, line, ''].join('\n');
}

/** What it is for, its options, and examples. */
export function commandHelp(spec: CommandSpec): string {
  const { name, usage, details, options, examples } = spec;
  const [purpose = '', ...notes] = details.map(fill);
  const rows = Object.entries(options).map(([option, { describe, ...kind }]) => {
    const words = optionWords(option, { describe, ...kind });
    return { left: words.join(', '), describe };
  });
  const column = Math.max(...rows.map(({ left }) => left.length)) + 3;
  const table = rows.map(({ left, describe }) => `  ${left.padEnd(column)}${describe}\n`).join('');
  const lines = examples.map(([line]) => `  ${line.replace('$0', 'tme-box')}\n`).join('');
  return [`tme-box ${name} ${usage}\n`, purpose, table, ...notes, lines].join('\n');
}
