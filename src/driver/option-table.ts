/** The table of the wrapper's own options: what each takes, what it changes, and what the help says of it. */

import type { TbxOptions } from './options.js';

/** What an option does with its value. */
interface OptionKind {
  /** What the value is, for the help and for the message when it is wrong; empty for an option without one. */
  readonly value: string;
  /** The options with `value` taken in, or undefined if it is not one that the option takes. */
  readonly take: (options: TbxOptions, value: string) => TbxOptions | undefined;
}

export interface OptionSpec extends OptionKind {
  /** Without `-ftbx-`. */
  readonly name: string;
  readonly help: string;
}

function choice<T extends string>(
  values: readonly T[],
  set: (options: TbxOptions, value: T) => TbxOptions,
): OptionKind {
  return {
    value: values.join('|'),
    take: (options, text) => {
      const value = values.find((candidate) => candidate === text);
      return value === undefined ? undefined : set(options, value);
    },
  };
}

function toggle(set: (options: TbxOptions) => TbxOptions): OptionKind {
  return { value: '', take: (options, text) => (text === '' ? set(options) : undefined) };
}

function word(
  value: string,
  pattern: RegExp,
  set: (options: TbxOptions, value: string) => TbxOptions,
): OptionKind {
  return {
    value,
    take: (options, text) => (pattern.test(text) ? set(options, text) : undefined),
  };
}

/** An option that the linked program hands to its runner as `--NAME=VALUE`. */
function runner(name: string, value: string, pattern: RegExp, help: string): OptionSpec {
  const kind = word(value, pattern, (options, text) => ({
    ...options,
    runnerOptions: [...options.runnerOptions, `--${name}=${text}`],
  }));
  return { name, help, ...kind };
}

const GRANTS = 'none|default|stdio|clock|cwd|args';
const BYTES = /^\d+[KMG]?$/;

export const OPTIONS: readonly OptionSpec[] = [
  {
    name: 'isolate',
    help: 'what is confined: memory, or control flow as well (default)',
    ...choice(['data', 'code+data'], (o, isolation) => ({ ...o, isolation })),
  },
  {
    name: 'lowering',
    help: 'who cuts addresses: instructions, or the processor (default)',
    ...choice(['ir', 'addr32'], (o, lowering) => ({ ...o, lowering })),
  },
  runner('dir', 'HOST::GUEST', /./, 'let the program read a folder; HOST alone keeps its name'),
  runner('dir-rw', 'HOST::GUEST', /./, 'let it read and write a folder'),
  runner('env', 'NAME[=VALUE]', /^[^=]/, 'set an environment variable of it, or pass ours on'),
  runner('grant', GRANTS, new RegExp(`^(?:${GRANTS})$`), 'what else it has; none comes first'),
  runner('timeout', 'SECONDS', /^\d+(?:\.\d+)?$/, 'stop it after this time'),
  runner('heap', 'BYTES', BYTES, 'limit its heap, with K, M or G'),
  runner('stack', 'BYTES', BYTES, 'limit its data stack'),
  {
    name: 'asm',
    help: 'assembler files: refuse (default), warn, or take them as they are',
    ...choice(['error', 'warn', 'allow'], (o, assembly) => ({ ...o, assembly })),
  },
  {
    name: 'clang',
    help: 'use another clang: 19, clang-19 or a path',
    ...word('CLANG', /./, (o, clang) => ({ ...o, clang })),
  },
  {
    name: 'keybits',
    help: 'bits of a KeyID, 1 to 15',
    ...word('N', /^(?:[1-9]|1[0-5])$/, (o, bits) => ({ ...o, keyBits: Number(bits) })),
  },
  {
    name: 'verify',
    help: 'prove what is linked (default; -fno-tbx-verify: do not)',
    ...toggle((o) => ({ ...o, verify: true })),
  },
  {
    name: 'image',
    help: 'link a bare image for tme-box run, not a program',
    ...toggle((o) => ({ ...o, image: true })),
  },
  {
    name: 'library',
    help: 'link an image whose functions a host calls',
    ...toggle((o) => ({ ...o, library: true, image: true })),
  },
  {
    name: 'stats',
    help: 'append what the passes did to FILE, one JSON object a unit',
    ...word('FILE', /./, (o, statistics) => ({ ...o, statistics })),
  },
  {
    name: 'keep-ir',
    help: 'keep the IR of each unit in DIR, for tme-box report',
    ...word('DIR', /./, (o, keepIr) => ({ ...o, keepIr })),
  },
  {
    name: 'resume',
    help: 'IR and assembly inputs come from tbx-cc -S: do what is left',
    ...toggle((o) => ({ ...o, resume: true })),
  },
  {
    name: 'explain',
    help: 'show the steps, and run none',
    ...toggle((o) => ({ ...o, explain: true })),
  },
  {
    name: 'off',
    help: 'call clang as it is, without instrumentation',
    ...toggle((o) => ({ ...o, off: true })),
  },
];

/** The names of all own options, without `-ftbx-`. */
export const OPTION_NAMES: readonly string[] = OPTIONS.map(({ name }) => name);

/** The option as it is written, `-ftbx-isolate=data|code+data`. */
export function spelling({ name, value }: OptionSpec): string {
  return `-ftbx-${name}${value === '' ? '' : `=${value}`}`;
}

const HELP_COLUMN = 34;

/** The help on the wrapper's own options. */
export function optionsHelp(): string {
  const lines = OPTIONS.map((spec) => {
    const option = `  ${spelling(spec)}`;
    const gap =
      option.length < HELP_COLUMN
        ? option.padEnd(HELP_COLUMN)
        : `${option}\n${' '.repeat(HELP_COLUMN)}`;
    return `${gap}${spec.help}\n`;
  });
  return `OPTIONS OF TBX-CC (all others are clang's)\n${lines.join('')}`;
}
