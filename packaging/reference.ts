/**
 * Writes docs/reference-cli.md and docs/reference-diagnostics.md from the tables of commands and options and from the
 * pages of diagnostics. `make reference` runs it; a test says when they are stale.
 */

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { COMMANDS, EXIT_CODES } from '../src/cli/command-table/index.js';
import { type CommandSpec, type OptionSpec, optionWords } from '../src/cli/command-table/spec.js';
import { OPTIONS, spelling } from '../src/driver/option-table.js';

/** What the document's test looks for above commands. */
const RUN_BY = '<!-- test/cli/examples.test.ts runs these lines. -->';

const NOTE = '<!-- Made by `make reference`: do not edit. -->\n';

/** A cell of a table: a bar would end it. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|');
}

function table(rows: readonly (readonly [string, string])[]): string {
  if (rows.length === 0) return '';
  const lines = rows.map(([left, right]) => `| ${cell(left)} | ${cell(right)} |\n`);
  return `| | |\n|---|---|\n${lines.join('')}\n`;
}

function optionText({ describe, default: value }: OptionSpec): string {
  const shown = typeof value === 'string' || typeof value === 'number' ? value : undefined;
  return shown === undefined ? describe : `${describe} (default: \`${shown}\`)`;
}

function command({
  name,
  usage,
  summary,
  details,
  operands,
  options,
  examples,
}: CommandSpec): string {
  const named = Object.entries(operands).map(
    ([operand, { describe }]) => [`\`${operand}\``, describe] as const,
  );
  const set = Object.entries<OptionSpec>(options).map(([option, spec]) => {
    const words = optionWords(option, spec).map((word) => `\`${word}\``);
    return [words.join(', '), optionText(spec)] as const;
  });
  const shown = examples.map(([line]) => `${line.replaceAll('$0', 'tme-box')}\n`).join('');
  return [
    `## tme-box ${name}\n\n\`\`\`text\ntme-box ${`${name} ${usage}`.trim()}\n\`\`\`\n\n${summary}\n\n`,
    ...details.map((text) => `${text}\n\n`),
    table([...named, ...set]),
    shown === '' ? '' : `${RUN_BY}\n\n\`\`\`sh\n${shown}\`\`\`\n\n`,
  ].join('');
}

/** docs/reference-cli.md */
function commandReference(): string {
  const own = OPTIONS.map((option) => [`\`${spelling(option)}\``, option.help] as const);
  return [
    `# Commands and options\n\n${NOTE}\n${EXIT_CODES}\n\n`,
    ...COMMANDS.map(command),
    '## tbx-cc, tbx-c++, tbx-clang\n\nAll other options are those of clang.\n\n',
    table([...own, ['`-fno-tbx-verify`', 'do not prove what is linked']]),
  ]
    .join('')
    .trimEnd()
    .concat('\n');
}

const PAGES = 'docs/diagnostics';

/** docs/reference-diagnostics.md */
function diagnosticsReference(): string {
  const rows = readdirSync(PAGES)
    .sort()
    .map((file) => {
      const title = readFileSync(`${PAGES}/${file}`, 'utf8').split('\n', 1)[0] ?? '';
      const [code = '', ...words] = title.slice(2).split(': ');
      return [`[${code}](diagnostics/${file})`, words.join(': ')] as const;
    });
  const ours = rows.filter(([code]) => code.startsWith('[TBX'));
  const rules = rows.filter(([code]) => code.startsWith('[TBV'));
  return `# Diagnostics\n\n${NOTE}\n${table(ours)}## Rules of the verifiers\n\n${table(rules)}`
    .trimEnd()
    .concat('\n');
}

/** The documents and their text. */
export const REFERENCES = [
  ['docs/reference-cli.md', commandReference],
  ['docs/reference-diagnostics.md', diagnosticsReference],
] as const;

if (process.argv.includes('--write')) {
  for (const [file, make] of REFERENCES) writeFileSync(file, make());
}
