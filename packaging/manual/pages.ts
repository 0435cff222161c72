/** The manual pages, from the tables that the commands and their help are made of. */

import { COMMANDS, EXIT_CODES, USAGE } from '../../src/cli/command-table/index.js';
import {
  type CommandSpec,
  headline,
  type OptionSpec,
  optionWords,
} from '../../src/cli/command-table/spec.js';
import { OPTIONS, spelling } from '../../src/driver/option-table.js';
import type { Block, ManualPage, Section } from './roff.js';

const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const definition = (term: string, text: string): Block => ({ kind: 'definition', term, text });

/** `*--output*=_FILE_`: what is typed as it is, and what has its place taken. */
function term(word: string): string {
  const [, option = '', gap = '', value = ''] = /^([^= ]+)([= ]?)(.*)$/.exec(word) ?? [];
  const names = value.replace(/[A-Z][A-Z\d]+/g, '_$&_');
  return `*${option}*${gap}${names}`;
}

function operandName(name: string): string {
  return name.toUpperCase();
}

/** `<file> [more..]` as manuals write it. */
function synopsis({ name, usage, options }: CommandSpec): string {
  const some = Object.keys(options).length > 0 && !usage.includes('OPTIONS');
  const operands = usage
    .replace(/[<>]/g, '')
    .replace(/[a-z]+/gi, (word) => `_${operandName(word)}_`);
  return [`*tme-box ${name}*`, ...(some ? ['[_OPTIONS_]'] : []), operands].join(' ').trim();
}

function optionText({ describe, default: value }: OptionSpec): string {
  const shown =
    typeof value === 'string' || typeof value === 'number' ? ` (default: ${value})` : '';
  return `${capital(describe)}${shown}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function commandPage(spec: CommandSpec): ManualPage {
  const { name, summary, details, operands, options, examples } = spec;
  const sections: readonly Section[] = [
    { title: 'SYNOPSIS', blocks: [paragraph(synopsis(spec))] },
    {
      title: 'DESCRIPTION',
      blocks: details.length === 0 ? [paragraph(`${capital(summary)}.`)] : details.map(paragraph),
    },
    {
      title: 'OPERANDS',
      blocks: Object.entries(operands).map(([operand, { describe }]) =>
        definition(`_${operandName(operand)}_`, `${capital(describe)}.`),
      ),
    },
    {
      title: 'OPTIONS',
      blocks: Object.entries<OptionSpec>(options).map(([option, kind]) =>
        definition(optionWords(option, kind).map(term).join(', '), optionText(kind)),
      ),
    },
    {
      title: 'EXAMPLES',
      blocks: examples.map(([line, purpose]) => ({
        kind: 'command',
        line: line.replaceAll('$0', 'tme-box'),
        purpose: capital(purpose),
      })),
    },
    { title: 'EXIT STATUS', blocks: name === 'run' ? [] : [EXIT_STATUS] },
    { title: 'SEE ALSO', blocks: [paragraph('*tme-box*(1), *tbx-cc*(1)')] },
  ];
  return { name: `tme-box-${name}`, section: 1, summary: headline(spec), sections };
}

const EXIT_STATUS = paragraph(EXIT_CODES.replace('Exit codes: ', ''));

function overview(): ManualPage {
  const [, ...paragraphs] = USAGE.split('\n\n');
  return {
    name: 'tme-box',
    section: 1,
    summary: 'in-process isolation of C programs',
    sections: [
      { title: 'SYNOPSIS', blocks: [paragraph('*tme-box* _COMMAND_ [_ARGUMENTS_]')] },
      { title: 'DESCRIPTION', blocks: paragraphs.map(paragraph) },
      {
        title: 'COMMANDS',
        blocks: COMMANDS.map((spec) =>
          definition(`*tme-box-${spec.name}*(1)`, `${capital(headline(spec))}.`),
        ),
      },
      {
        title: 'OPTIONS',
        blocks: [
          definition('*--help*', 'Show help; behind a command, its own.'),
          definition(
            '*--version*',
            'Show the version, and the hash of all that decides what the passes write.',
          ),
        ],
      },
      { title: 'EXIT STATUS', blocks: [EXIT_STATUS] },
      { title: 'ENVIRONMENT', blocks: ENVIRONMENT },
      { title: 'SEE ALSO', blocks: [paragraph('*tbx-cc*(1), *tbx-as*(1)')] },
    ],
  };
}

const ENVIRONMENT: readonly Block[] = [
  definition('*TBX_CLANG*', 'The clang to use: a version, a name or a path.'),
  definition('*TBX_LLVM_BIN*', 'The folder of clang and the other tools of LLVM.'),
  definition('*NO_COLOR*', 'When it is not empty, messages have no colours.'),
];

function compilerPage(): ManualPage {
  return {
    name: 'tbx-cc',
    section: 1,
    summary: 'compile C and C++ to run in a sandbox',
    sections: [
      {
        title: 'SYNOPSIS',
        blocks: ['tbx-cc', 'tbx-c++', 'tbx-clang'].map((name) =>
          paragraph(`*${name}* [_OPTIONS_] _FILES_`),
        ),
      },
      {
        title: 'DESCRIPTION',
        blocks: [
          paragraph(
            'Takes the place of cc, c++ or clang in a build. What it links is a program that starts like any other, in a window of memory that none of its loads, stores and calls can leave.',
          ),
          paragraph(
            'The link step proves from the machine code that this is so, and there is no program otherwise.',
          ),
        ],
      },
      {
        title: 'OPTIONS',
        blocks: [
          paragraph("All options are clang's but these:"),
          ...OPTIONS.map((spec) => definition(term(spelling(spec)), `${capital(spec.help)}.`)),
        ],
      },
      {
        title: 'ENVIRONMENT',
        blocks: [
          ...ENVIRONMENT,
          definition(
            '*TBX_PASSTHROUGH*',
            'When it is 1, clang is called as it is, without instrumentation.',
          ),
        ],
      },
      {
        title: 'EXIT STATUS',
        blocks: [
          paragraph(
            "That of clang; 1 for errors of tbx-cc's own, 3 when what was linked is not proven.",
          ),
        ],
      },
      {
        title: 'EXAMPLES',
        blocks: [
          { kind: 'command', line: 'make CC=tbx-cc', purpose: 'A project with a Makefile' },
          {
            kind: 'command',
            line: 'tbx-cc -O2 count.c -o count -ftbx-dir=/usr/share/dict::/dict',
            purpose: 'A program that may read one folder',
          },
        ],
      },
      { title: 'SEE ALSO', blocks: [paragraph('*clang*(1), *tme-box*(1), *tme-box-run*(1)')] },
    ],
  };
}

function assemblerPage(): ManualPage {
  return {
    name: 'tbx-as',
    section: 1,
    summary: 'confine the assembly of instrumented modules and assemble it',
    sections: [
      { title: 'SYNOPSIS', blocks: [paragraph('*tbx-as* [_OPTIONS_] _FILE_')] },
      {
        title: 'DESCRIPTION',
        blocks: [
          paragraph(
            'Takes the place of as for modules that went through *tme-box instrument --lowering=addr32*: the processor cuts their addresses to 32 bits where this step writes so. The text then goes to the assembler of clang, with the same options.',
          ),
        ],
      },
      { title: 'ENVIRONMENT', blocks: ENVIRONMENT },
      { title: 'SEE ALSO', blocks: [paragraph('*tbx-cc*(1), *tme-box-instrument*(1)')] },
    ],
  };
}

/** All pages. */
export function manualPages(): readonly ManualPage[] {
  return [overview(), ...COMMANDS.map(commandPage), compilerPage(), assemblerPage()];
}

/** Commands whose page is that of another. */
export const ALIASES: readonly (readonly [name: string, page: string])[] = [
  ['tbx-c++', 'tbx-cc'],
  ['tbx-clang', 'tbx-cc'],
  ['tbx-run', 'tme-box-run'],
];
