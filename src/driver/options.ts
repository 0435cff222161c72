/**
 * The wrapper's own options. Each is one word, `-ftbx-NAME=VALUE`, as ccache and distcc take a second word for an
 * input file; all that changes the output is on the command line, so that both see it.
 */

import type { Diagnostic } from '../text/diagnostic.js';

export type Isolation = 'data' | 'code+data';
export type Lowering = 'ir' | 'addr32';

/** What becomes of assembler files, which no pass can instrument. */
export type AssemblyPolicy = 'error' | 'warn' | 'allow';

export interface TbxOptions {
  /** Undefined unless it was asked for: the compile step then takes {@link DEFAULT_ISOLATION}, the link step what its objects have. */
  readonly isolation: Isolation | undefined;
  readonly lowering: Lowering;
  /** Bits of a KeyID. */
  readonly keyBits: number;
  readonly assembly: AssemblyPolicy;
  /** Options of the runner that a linked program carries, in order. */
  readonly runnerOptions: readonly string[];
  /** The clang to use: a version (`19`), a name (`clang-19`) or a path. */
  readonly clang: string | undefined;
  /** Call clang as it was called, with its own target and libraries. */
  readonly off: boolean;
  /** Print each step instead of running it. */
  readonly explain: boolean;
  /** Write the bare sandbox image, not a program that runs it. */
  readonly image: boolean;
  /** A file to which the statistics of each unit are appended, one JSON object a line. */
  readonly statistics: string | undefined;
}

export const DEFAULT_ISOLATION: Isolation = 'code+data';

export const DEFAULT_OPTIONS: TbxOptions = {
  isolation: undefined,
  lowering: 'addr32',
  keyBits: 15,
  assembly: 'error',
  runnerOptions: [],
  clang: undefined,
  off: false,
  explain: false,
  image: false,
  statistics: undefined,
};

/** One own option: what to change, or what would have been right. */
interface OptionSpec {
  readonly name: string;
  /** Shown when the value is wrong. */
  readonly expects: string;
  /** The options with `value` taken in, or undefined if it is not one that the option takes. */
  readonly take: (options: TbxOptions, value: string) => TbxOptions | undefined;
}

function choice<T extends string>(
  name: string,
  values: readonly T[],
  set: (options: TbxOptions, value: T) => TbxOptions,
): OptionSpec {
  return {
    name,
    expects: values.join(' or '),
    take: (options, text) => {
      const value = values.find((candidate) => candidate === text);
      return value === undefined ? undefined : set(options, value);
    },
  };
}

function toggle(name: string, set: (options: TbxOptions) => TbxOptions): OptionSpec {
  return {
    name,
    expects: 'no value',
    take: (options, text) => (text === '' ? set(options) : undefined),
  };
}

function word(
  name: string,
  expects: string,
  pattern: RegExp,
  set: (options: TbxOptions, value: string) => TbxOptions,
): OptionSpec {
  return {
    name,
    expects,
    take: (options, text) => (pattern.test(text) ? set(options, text) : undefined),
  };
}

/** An option that the linked program hands to its runner as `--NAME=VALUE`. */
function runner(name: string, expects: string, pattern: RegExp): OptionSpec {
  return word(name, expects, pattern, (options, value) => ({
    ...options,
    runnerOptions: [...options.runnerOptions, `--${name}=${value}`],
  }));
}

const GRANTS = ['none', 'default', 'stdio', 'clock', 'cwd', 'args'] as const;

const OPTIONS: readonly OptionSpec[] = [
  choice('isolate', ['data', 'code+data'], (o, isolation) => ({ ...o, isolation })),
  choice('lowering', ['ir', 'addr32'], (o, lowering) => ({ ...o, lowering })),
  choice('asm', ['error', 'warn', 'allow'], (o, assembly) => ({ ...o, assembly })),
  word('keybits', 'a number from 1 to 15', /^(?:[1-9]|1[0-5])$/, (o, bits) => ({
    ...o,
    keyBits: Number(bits),
  })),
  word('clang', 'a version, a name or a path', /./, (o, clang) => ({ ...o, clang })),
  word('stats', 'a file name', /./, (o, statistics) => ({ ...o, statistics })),
  toggle('off', (o) => ({ ...o, off: true })),
  toggle('explain', (o) => ({ ...o, explain: true })),
  toggle('image', (o) => ({ ...o, image: true })),
  runner('dir', 'HOST::GUEST, or a folder that keeps its name', /./),
  runner('dir-rw', 'HOST::GUEST, or a folder that keeps its name', /./),
  runner('env', 'NAME=VALUE or NAME', /^[^=]/),
  runner('grant', GRANTS.join(', '), new RegExp(`^(?:${GRANTS.join('|')})$`)),
  runner('timeout', 'seconds', /^\d+(?:\.\d+)?$/),
  runner('heap', 'a number of bytes, with K, M or G', /^\d+[KMG]?$/),
  runner('stack', 'a number of bytes, with K, M or G', /^\d+[KMG]?$/),
];

/** The names of all own options, without `-ftbx-`. */
export const OPTION_NAMES: readonly string[] = OPTIONS.map(({ name }) => name);

export interface SplitArguments {
  readonly options: TbxOptions;
  /** The words that are clang's. */
  readonly clang: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

const OWN = /^-ftbx-([^=]*)(?:=(.*))?$/s;

function error(message: string): Diagnostic {
  return { code: 'TBX0801', severity: 'error', message, notes: [] };
}

/** Takes the wrapper's own options out of a command line whose response files are expanded. */
export function splitArguments(argv: readonly string[]): SplitArguments {
  const diagnostics: Diagnostic[] = [];
  const clang: string[] = [];
  let options = DEFAULT_OPTIONS;
  for (const argument of argv) {
    const own = OWN.exec(argument);
    if (own === null) {
      clang.push(argument);
      continue;
    }
    const spec = OPTIONS.find(({ name }) => name === own[1]);
    if (spec === undefined) {
      const known = OPTION_NAMES.map((name) => `-ftbx-${name}`).join(', ');
      diagnostics.push(error(`unknown option '${argument}'; there are ${known}`));
      continue;
    }
    const next = spec.take(options, own[2] ?? '');
    if (next === undefined) {
      diagnostics.push(error(`'${argument}': -ftbx-${spec.name} takes ${spec.expects}`));
    } else {
      options = next;
    }
  }
  return { options, clang, diagnostics };
}
