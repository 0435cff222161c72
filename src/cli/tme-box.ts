/** `tme-box`: the commands that are not the compiler. */

import yargs, { type Argv } from 'yargs';
import type { Exit } from '../driver/process.js';
import { VERSION_LINE } from './build-info.js';
import { COMMANDS, EXIT_CODES, USAGE } from './command-table/index.js';
import { CHECK, DIFF, INSTRUMENT, PRINT, REPORT, STATS } from './command-table/modules.js';
import { BUILD_SYSROOT, DOCTOR, EXPLAIN, RUN, VERIFY } from './command-table/programs.js';
import type { CommandSpec } from './command-table/spec.js';
import { checkValues } from './command-table/values.js';
import { buildSysrootCommand } from './commands/build-sysroot.js';
import { checkCommand } from './commands/check.js';
import { diffCommand } from './commands/diff.js';
import { doctorCommand } from './commands/doctor.js';
import { explainCommand } from './commands/explain.js';
import { instrumentCommand } from './commands/instrument.js';
import { printCommand } from './commands/print.js';
import { reportCommand } from './commands/report.js';
import { runCommand } from './commands/run.js';
import { statsCommand } from './commands/stats.js';
import { verifyCommand } from './commands/verify.js';
import { rehearsePasses } from './rehearse.js';
import { EXIT, main } from './terminal.js';
import { UsageError } from './usage-error.js';

/** A command as yargs wants it named: `print <file>`. */
const words = ({ name, usage }: CommandSpec): string => `${name} ${usage}`;

/** Adds the texts of a command's help that are not about one option. */
function withTexts<T>(command: Argv<T>, { details, examples }: CommandSpec): Argv<T> {
  return command
    .example(examples.map(([line, purpose]) => [line, purpose]))
    .epilogue(details.join('\n\n'));
}

/** The files of a command that takes no option: yargs drops a lone `-` from a list. */
function fileOperands(argv: readonly string[]): readonly string[] {
  return argv.slice(1).filter((word) => word === '-' || !word.startsWith('-'));
}

/** How many operands are standard input. */
function loneDashes(argv: readonly string[]): number {
  return argv.filter((word, at) => word === '-' && !/^(?:-o|--output)$/.test(argv[at - 1] ?? ''))
    .length;
}

/** The exit of a command that yargs ran. */
async function runYargs(argv: readonly string[]): Promise<Exit> {
  let exit: Exit = { kind: 'code', code: EXIT.done };
  const parser = yargs([...argv])
    .scriptName('tme-box')
    .usage(USAGE)
    .epilogue(EXIT_CODES)
    .version(VERSION_LINE)
    .strict()
    .demandCommand(1, 'A command is needed.')
    .recommendCommands()
    // Yargs lays out the help of each command that it runs, and wrapping lines is the most of it.
    .wrap(argv.some((word) => word === '--help' || word === 'help') ? 100 : null)
    .exitProcess(false)
    .command(
      words(INSTRUMENT),
      INSTRUMENT.summary,
      (command) =>
        withTexts(command, INSTRUMENT)
          .positional('file', INSTRUMENT.operands.file)
          .positional('more', INSTRUMENT.operands.more)
          .options(INSTRUMENT.options),
      async ({ file, more, isolate, lowering, keybits, ...request }) => {
        // Yargs drops a lone `-` from a list: nothing that was asked for may be left out.
        const alone = file === '-' && more.length === 0 ? 1 : 0;
        if (loneDashes(argv) > alone) throw new UsageError('Standard input is a module by itself.');
        const options = { isolation: isolate, lowering, keyBits: keybits };
        exit = await instrumentCommand([file, ...more], options, request);
      },
    )
    .command(
      words(CHECK),
      CHECK.summary,
      (command) => command.positional('files', CHECK.operands.files),
      () => {
        exit = checkCommand(fileOperands(argv));
      },
    )
    .command(
      words(PRINT),
      PRINT.summary,
      (command) => command.positional('file', PRINT.operands.file).options(PRINT.options),
      ({ file, output, canonical }) => {
        exit = printCommand(file, output, canonical);
      },
    )
    .command(RUN.name, RUN.summary)
    .command(
      words(STATS),
      STATS.summary,
      (command) => command.positional('file', STATS.operands.file).options(STATS.options),
      ({ file, json, isolate, lowering, keybits }) => {
        exit = statsCommand(file, json, { isolation: isolate, lowering, keyBits: keybits });
      },
    )
    .command(
      words(VERIFY),
      VERIFY.summary,
      (command) => command.positional('file', VERIFY.operands.file).options(VERIFY.options),
      async ({ file, json, digest, stamp }) => {
        exit = await verifyCommand(file, { json, digest, stamp });
      },
    )
    .command(
      words(DIFF),
      DIFF.summary,
      (command) =>
        withTexts(command, DIFF)
          .positional('old', DIFF.operands.old)
          .positional('new', DIFF.operands.new)
          .options(DIFF.options),
      ({ old, new: fresh, ...options }) => {
        exit = diffCommand(old, fresh, options);
      },
    )
    .command(
      words(REPORT),
      REPORT.summary,
      (command) =>
        withTexts(command, REPORT)
          .positional('inputs', REPORT.operands.inputs)
          .options(REPORT.options),
      async ({ inputs, output, title, isolate, lowering, keybits, codeSize, sources }) => {
        const passes = { isolation: isolate, lowering, keyBits: keybits };
        exit = await reportCommand(inputs, { output, title, passes, codeSize, sources });
      },
    )
    .command(
      DOCTOR.name,
      DOCTOR.summary,
      (command) => command,
      async () => {
        exit = await doctorCommand();
      },
    )
    .command(
      words(EXPLAIN),
      EXPLAIN.summary,
      (command) => command.positional('code', EXPLAIN.operands.code),
      ({ code }) => {
        exit = explainCommand(code);
      },
    )
    .command(
      BUILD_SYSROOT.name,
      BUILD_SYSROOT.summary,
      (command) => command.options(BUILD_SYSROOT.options),
      async ({ musl, jobs }) => {
        exit = await buildSysrootCommand(musl, jobs);
      },
    )
    .completion('completion', 'print a completion script for bash or zsh')
    .check((values) => {
      const command = COMMANDS.find(({ name }) => name === values._[0]);
      if (command !== undefined) checkValues(command, values);
      return true;
    })
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

/** Instruments modules for the sake of the code that V8 makes for it, one of them by the command line. */
export async function rehearse(modules: readonly string[], file: string): Promise<void> {
  rehearsePasses(modules, 'ir');
  await runYargs(['instrument', file, '-o', '/dev/null']);
  await runYargs(['print', file, '-o', '/dev/null']);
}
