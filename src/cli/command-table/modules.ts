/** The commands that read modules of LLVM IR. */

import { DIFF_FORMATS, FAIL_ON } from '../../diff/report.js';
import { asFileName, type CommandSpec, FILE, JSON_FORMAT, OUTPUT, PASS_OPTIONS } from './spec.js';

export const INSTRUMENT = {
  name: 'instrument',
  usage: '<file> [more..]',
  summary: 'confine modules of LLVM IR to their window',
  details: [
    'One module goes to a file or to standard output. Several, or a folder with those below it, go to the folder that --output names: a.ll becomes a.tbx.ll there. Threads share the modules out, and an error in one does not stop the others. Files appear whole or not at all, also when the command is interrupted.',
    'The same modules and options give the same bytes on any machine, so results can be kept under version control; --check then says which of them are stale.',
  ],
  operands: {
    file: {
      ...FILE,
      describe:
        "a module of LLVM IR in text form ('clang -S -emit-llvm'), or a folder of them; '-' is standard input",
    },
    more: {
      describe: 'further modules and folders',
      type: 'string',
      array: true,
      default: [],
    },
  },
  options: {
    output: { ...OUTPUT, describe: "the result, or the folder of results; '-' is standard output" },
    ...PASS_OPTIONS,
    check: {
      describe:
        'write nothing; exit code 1 if a result is not what is there, or a file of the folder is not a result',
      type: 'boolean',
      default: false,
    },
    'cache-dir': {
      describe: 'keep results of several modules here, under the hash of module, options and tool',
      value: 'DIR',
      type: 'string',
    },
    threads: {
      describe:
        'how many threads work: 1 for one module, 2 if it is large, one a processor for several; the result is the same',
      value: 'N',
      type: 'number',
      range: [1, 1024],
    },
  },
  examples: [
    ['clang -O2 -S -emit-llvm a.c -o - | $0 instrument - -o a.tbx.ll', 'one module'],
    ['$0 instrument -o golden ir/', 'the modules of a folder'],
    ['$0 instrument -o golden ir/ --check', 'whether they are what is in golden'],
  ],
} as const satisfies CommandSpec;

export const CHECK = {
  name: 'check',
  usage: '<files..>',
  summary: 'say whether LLVM would take a module: names, types and the rules of LangRef',
  details: [],
  operands: {
    files: {
      describe: "modules of LLVM IR in text form; '-' is standard input",
      type: 'string',
      array: true,
      demandOption: true,
    },
  },
  options: {},
  examples: [],
} as const satisfies CommandSpec;

export const PRINT = {
  name: 'print',
  usage: '<file>',
  summary: 'parse a module and print it',
  details: [],
  operands: { file: FILE },
  options: {
    output: OUTPUT,
    canonical: {
      describe: 'print from the tree alone, not from the text that came in',
      type: 'boolean',
      default: false,
    },
  },
  examples: [],
} as const satisfies CommandSpec;

export const STATS = {
  name: 'stats',
  usage: '<file>',
  summary: 'count what the passes see in a module and do to it',
  details: [],
  operands: { file: FILE },
  options: { json: JSON_FORMAT, ...PASS_OPTIONS },
  examples: [],
} as const satisfies CommandSpec;

export const DIFF = {
  name: 'diff',
  usage: '<old> <new>',
  summary:
    'compare how two modules are confined: before and after instrumentation, or two versions',
  details: [],
  operands: {
    old: {
      describe: "a module of LLVM IR, or a folder of '.ll' files",
      type: 'string',
      demandOption: true,
      coerce: asFileName,
    },
    new: {
      describe: 'what it is compared with',
      type: 'string',
      demandOption: true,
      coerce: asFileName,
    },
  },
  options: {
    output: OUTPUT,
    format: {
      describe: 'how the differences are written',
      choices: DIFF_FORMATS,
      default: 'text',
    },
    'fail-on': {
      describe: 'what gives exit code 1',
      choices: FAIL_ON,
      default: 'lost',
    },
    verbose: {
      alias: 'v',
      describe: 'text: also what was added and removed, site by site',
      type: 'boolean',
      default: false,
    },
  },
  examples: [['$0 diff golden/ build/', 'what a change does to instrumented modules']],
} as const satisfies CommandSpec;

export const REPORT = {
  name: 'report',
  usage: '<inputs..>',
  summary: 'write a page that shows what the passes make of modules: each access, and why',
  details: [
    'The page needs no server and no network. It shows of each function which accesses are confined, proven safe or refused, and why; its source beside the instrumented IR, where the module has debug information; and what the machine code grows by.',
    'Modules are instrumented for it. Those that a build kept (tbx-cc -ftbx-keep-ir=DIR) with the options of that build, others with the options here.',
    'A module names its sources. Files outside of the working directory and of --sources are left out, and so are hidden ones: the page is for others.',
  ],
  operands: {
    inputs: {
      describe: 'modules of LLVM IR before instrumentation, and folders of them',
      type: 'string',
      array: true,
      demandOption: true,
    },
  },
  options: {
    output: { ...OUTPUT, describe: "the page; '-' is standard output" },
    title: { describe: 'what the page is called', value: 'WORDS', type: 'string' },
    'code-size': {
      describe: 'compile both sides to measure their machine code; --no-code-size does not',
      type: 'boolean',
      default: true,
    },
    sources: {
      describe: 'where sources may be that the page shows, besides the working directory',
      value: 'FOLDER',
      type: 'string',
      requiresArg: true,
      array: true,
      nargs: 1,
      default: [],
    },
    ...PASS_OPTIONS,
  },
  examples: [
    ['make CC="tbx-cc -g -ftbx-keep-ir=$PWD/ir"', 'a build that keeps its modules'],
    ['$0 report ir -o report.html', 'what became of them'],
  ],
} as const satisfies CommandSpec;
