/** The commands that are about programs, images and this installation. */

import { asFileName, type CommandSpec, JSON_FORMAT } from './spec.js';

/** What follows `run` is read by the runner (runtime/host/runner/options.c), not by yargs. */
export const RUN = {
  name: 'run',
  usage: '[OPTIONS] [--] PROGRAM [ARGUMENTS..]',
  summary: 'run a program in a sandbox; tme-box run --help has its options',
  details: [
    'Runs a program that tbx-cc linked, or a bare sandbox image, in a window of its own. It sees its arguments, its standard streams, the clock and, read-only, the working directory; all else has to be granted.',
    "Its exit code is the program's own; 124 after a time-out, 125 if it could not be started, 126 if it did what a sandbox may not and was stopped.",
  ],
  operands: {},
  options: {
    dir: { describe: 'let it read the folder HOST under the name GUEST', value: 'HOST::GUEST' },
    'dir-rw': {
      describe: "let it read and write it; --dir-rw=. keeps the folder's name",
      value: 'HOST::GUEST',
    },
    env: {
      describe: 'set an environment variable; --env=NAME passes ours on',
      value: 'NAME=VALUE',
    },
    grant: { describe: 'none, default, stdio, clock, cwd or args', value: 'WHAT' },
    timeout: { describe: 'stop it after this time; it then exits with 124', value: 'SECONDS' },
    heap: { describe: 'limit of its heap, with K, M or G', value: 'BYTES' },
    stack: { describe: 'limit of its data stack', value: 'BYTES' },
    'native-stack': { describe: 'limit of the stack of return addresses', value: 'BYTES' },
    backend: {
      describe: 'what is behind its memory: plain, emulated (TME-MK in software) or device',
      value: 'WHICH',
    },
    'as-linked': {
      describe: 'grant all that the program was linked with (-ftbx-dir and the like)',
      type: 'boolean',
    },
    'accept-unverified': {
      describe: 'run it even if nothing proves that it stays in its window',
      type: 'boolean',
    },
    digest: { describe: 'run this image only; may be given again', value: 'SHA256' },
    require: {
      describe: 'run no image of a weaker level: data or code+data',
      value: 'LEVEL',
    },
    report: { describe: 'write what happened as JSON', value: 'FILE' },
  },
  examples: [
    ['$0 run --dir=texts::/texts --timeout=5 ./count /texts/a.txt', 'one folder, five seconds'],
  ],
} as const satisfies CommandSpec;

export const VERIFY = {
  name: 'verify',
  usage: '<file>',
  summary:
    'prove from its machine code that an image, or the image in a program, cannot reach outside',
  details: [],
  operands: {
    file: {
      describe:
        "an image, a program that tbx-cc linked, or instrumented IR (.ll); '-' is standard input",
      type: 'string',
      demandOption: true,
      coerce: asFileName,
    },
  },
  options: {
    json: JSON_FORMAT,
    digest: {
      describe: 'print the digest alone, for hosts that name the images they take',
      type: 'boolean',
      default: false,
    },
    stamp: {
      describe: 'write the verdict into FILE, so that hosts load it',
      type: 'boolean',
      default: false,
    },
  },
  examples: [],
} as const satisfies CommandSpec;

export const DOCTOR = {
  name: 'doctor',
  usage: '',
  summary: 'look for everything that is needed, and say how to get what is missing',
  details: [],
  operands: {},
  options: {},
  examples: [],
} as const satisfies CommandSpec;

export const EXPLAIN = {
  name: 'explain',
  usage: '[code]',
  summary: 'explain a diagnostic (TBX0301); without a code, list them',
  details: [],
  operands: { code: { type: 'string', describe: 'such as TBX0301' } },
  options: {},
  examples: [],
} as const satisfies CommandSpec;

export const BUILD_SYSROOT = {
  name: 'build-sysroot',
  usage: '',
  summary: "build the sandbox's libc from Debian's source of musl",
  details: [],
  operands: {},
  options: {
    musl: {
      describe: "musl's source folder, in place of Debian's source package",
      value: 'DIR',
      type: 'string',
    },
    jobs: {
      alias: 'j',
      describe: 'how many programs run at once',
      value: 'N',
      type: 'number',
      range: [1, 1024],
    },
  },
  examples: [],
} as const satisfies CommandSpec;
