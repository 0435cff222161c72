/**
 * The wrapper's own options. Each is one word, `-ftbx-NAME=VALUE`, as ccache and distcc take a second word for an
 * input file; all that changes the output is on the command line, so that both see it.
 */

import type { Diagnostic } from '../text/diagnostic.js';
import { OPTION_NAMES, OPTIONS, spelling } from './option-table.js';

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
  /** IR and assembler inputs were written by this tool (`-S`), and only need the steps that are left. */
  readonly resume: boolean;
  /** Call clang as it was called, with its own target and libraries. */
  readonly off: boolean;
  /** Print each step instead of running it. */
  readonly explain: boolean;
  /** Prove the linked image from its machine code, and link no program that cannot be proven; `-fno-tbx-verify` clears it. */
  readonly verify: boolean;
  /** Write the bare sandbox image, not a program that runs it. */
  readonly image: boolean;
  /** Link a library: its start runs the constructors and returns, and the host calls its functions. Always an image. */
  readonly library: boolean;
  /** A file to which the statistics of each unit are appended, one JSON object a line. */
  readonly statistics: string | undefined;
  /** A folder in which each unit is kept as the passes were given it, for `tme-box report`. */
  readonly keepIr: string | undefined;
}

export const DEFAULT_ISOLATION: Isolation = 'code+data';

export const DEFAULT_OPTIONS: TbxOptions = {
  isolation: undefined,
  lowering: 'addr32',
  keyBits: 15,
  assembly: 'error',
  runnerOptions: [],
  clang: undefined,
  resume: false,
  off: false,
  explain: false,
  verify: true,
  image: false,
  library: false,
  statistics: undefined,
  keepIr: undefined,
};

export interface SplitArguments {
  readonly options: TbxOptions;
  /** The words that are clang's. */
  readonly clang: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The one option that is spelled as clang spells what is off. */
const NO_VERIFY = '-fno-tbx-verify';
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
    if (argument === NO_VERIFY) {
      options = { ...options, verify: false };
      continue;
    }
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
      diagnostics.push(error(`'${argument}' should be ${spelling(spec)}`));
    } else {
      options = next;
    }
  }
  return { options, clang, diagnostics };
}
