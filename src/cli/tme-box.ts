/** `tme-box`: the commands that are not the compiler. */

import yargs from 'yargs';
import type { Exit } from '../driver/process.js';
import { FAIL_ON } from '../diff/report.js';
import { VERSION_LINE } from './build-info.js';
import { buildSysrootCommand } from './commands/build-sysroot.js';
import { checkCommand } from './commands/check.js';
import {
  asFileName,
  fileOperands,
  withFile,
  withOutput,
  withPassOptions,
} from './commands/common.js';
import { DIFF_FORMATS, diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { instrumentCommand } from './commands/instrument.js';
import { printCommand } from './commands/print.js';
import { runCommand } from './commands/run.js';
import { statsCommand } from './commands/stats.js';
import { verifyCommand } from './commands/verify.js';
import { EXIT, main } from './terminal.js';

const USAGE = `Usage: tme-box COMMAND

Compiles C so that it runs isolated inside another process: every load, store and
call of the program goes through a window of memory that it cannot leave.

To build a program, use the compiler: make CC=tbx-cc, or ./configure CC=tbx-cc.
The commands here show and do its steps one by one.`;

const EPILOGUE = `Exit codes: 0 done, 1 errors in the input, 2 wrong usage, 3 verification failed,
70 a fault of this tool.`;

/** What yargs says about a wrong command line; it has no other way to stop before the handler. */
class UsageError extends Error {}

/** The exit of a command that yargs ran. */
async function runYargs(argv: readonly string[]): Promise<Exit> {
  let exit: Exit = { kind: 'code', code: EXIT.done };
  const parser = yargs([...argv])
    .scriptName('tme-box')
    .usage(USAGE)
    .epilogue(EPILOGUE)
    .version(VERSION_LINE)
    .strict()
    .demandCommand(1, 'A command is needed.')
    .recommendCommands()
    .wrap(100)
    .exitProcess(false)
    .command(
      'instrument <file>',
      'confine a module of LLVM IR to its window',
      (command) =>
        withPassOptions(withOutput(withFile(command)))
          .option('threads', {
            describe: 'how many threads work on a large module; the result is the same',
            type: 'number',
            default: 1,
          })
          .example('clang -O2 -S -emit-llvm a.c -o - | $0 instrument - -o a.tbx.ll', ''),
      async ({ file, output, isolate, lowering, keybits, threads }) => {
        const options = { isolation: isolate, lowering, keyBits: keybits };
        exit = await instrumentCommand(file, output, options, threads);
      },
    )
    .command(
      'check <files..>',
      'say whether LLVM would take a module: names, types and the rules of LangRef',
      (command) =>
        command.positional('files', {
          describe: "modules of LLVM IR in text form; '-' is standard input",
          type: 'string',
          array: true,
          demandOption: true,
        }),
      () => {
        exit = checkCommand(fileOperands(argv));
      },
    )
    .command(
      'print <file>',
      'parse a module and print it',
      (command) =>
        withOutput(withFile(command)).option('canonical', {
          describe: 'print from the tree alone, not from the text that came in',
          type: 'boolean',
          default: false,
        }),
      ({ file, output, canonical }) => {
        exit = printCommand(file, output, canonical);
      },
    )
    .command('run', 'run a program in a sandbox; tme-box run --help has its options')
    .command(
      'stats <file>',
      'count what the passes see in a module and do to it',
      (command) =>
        withPassOptions(withFile(command)).option('json', {
          describe: 'as JSON',
          type: 'boolean',
          default: false,
        }),
      ({ file, json, isolate, lowering, keybits }) => {
        exit = statsCommand(file, json, { isolation: isolate, lowering, keyBits: keybits });
      },
    )
    .command(
      'verify <file>',
      'prove from its machine code that an image, or the image in a program, cannot reach outside',
      (command) =>
        command
          .positional('file', {
            describe:
              "an image, a program that tbx-cc linked, or instrumented IR (.ll); '-' is standard input",
            type: 'string',
            demandOption: true,
            coerce: asFileName,
          })
          .option('json', { describe: 'as JSON', type: 'boolean', default: false })
          .option('digest', {
            describe: 'print the digest alone, for hosts that name the images they take',
            type: 'boolean',
            default: false,
          })
          .option('stamp', {
            describe: 'write the verdict into FILE, so that hosts load it',
            type: 'boolean',
            default: false,
          }),
      async ({ file, json, digest, stamp }) => {
        exit = await verifyCommand(file, { json, digest, stamp });
      },
    )
    .command(
      'diff <old> <new>',
      'compare how two modules are confined: before and after instrumentation, or two versions',
      (command) =>
        withOutput(command)
          .positional('old', {
            describe: "a module of LLVM IR, or a folder of '.ll' files",
            type: 'string',
            demandOption: true,
            coerce: asFileName,
          })
          .positional('new', {
            describe: 'what it is compared with',
            type: 'string',
            demandOption: true,
            coerce: asFileName,
          })
          .option('format', {
            describe: 'how the differences are written',
            choices: DIFF_FORMATS,
            default: 'text' as const,
          })
          .option('fail-on', {
            describe: 'what gives exit code 1',
            choices: FAIL_ON,
            default: 'lost' as const,
          })
          .option('verbose', {
            alias: 'v',
            describe: 'text: also what was added and removed, site by site',
            type: 'boolean',
            default: false,
          })
          .example('$0 diff golden/ build/', 'what a change does to instrumented modules'),
      ({ old, new: fresh, ...options }) => {
        exit = diffCommand(old, fresh, options);
      },
    )
    .command(
      'doctor',
      'look for everything that is needed, and say how to get what is missing',
      (command) => command,
      async () => {
        exit = await doctorCommand();
      },
    )
    .command(
      'explain [code]',
      'explain a diagnostic (TBX0301); without a code, list them',
      (command) => command.positional('code', { type: 'string', describe: 'such as TBX0301' }),
      ({ code }) => {
        exit = explainCommand(code);
      },
    )
    .command(
      'build-sysroot',
      "build the sandbox's libc from Debian's source of musl",
      (command) =>
        command
          .option('musl', {
            describe: "musl's source folder, in place of Debian's source package",
            type: 'string',
          })
          .option('jobs', {
            alias: 'j',
            describe: 'how many programs run at once',
            type: 'number',
          }),
      async ({ musl, jobs }) => {
        exit = await buildSysrootCommand(musl, jobs);
      },
    )
    .completion('completion', 'print a completion script for bash or zsh')
    .fail((message: string, error: unknown) => {
      throw error instanceof Error ? error : new UsageError(message);
    });
  try {
    await parser.parseAsync();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`tme-box: ${error.message}\n'tme-box --help' says more\n`);
    return { kind: 'code', code: EXIT.usage };
  }
  return exit;
}

/** Runs `tme-box` for the command line of this process. */
export async function tmeBox(): Promise<void> {
  const argv = process.argv.slice(2);
  await main(() => (argv[0] === 'run' ? runCommand(argv.slice(1)) : runYargs(argv)));
}
