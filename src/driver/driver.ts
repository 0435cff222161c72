/**
 * The compiler wrapper: clang's plan for the command line is asked for, and its jobs are run, the compile, assemble
 * and link jobs in the sandbox's way. A command line that makes no code is given to clang whole.
 */

import { existsSync, writeFileSync } from 'node:fs';
import type { Diagnostic } from '../text/diagnostic.js';
import { assemble, assemblyInput } from './assemble.js';
import { compile } from './compile.js';
import { checkFlags, clangArguments, driverMode, type Mode } from './flags.js';
import { type Installation, installation } from './installation.js';
import { link } from './link.js';
import { OPTION_NAMES } from './option-table.js';
import { splitArguments, type TbxOptions } from './options.js';
import { type Command, type Job, outputOf, parsePlan, type Plan } from './plan.js';
import { capture, catchSignals, type Exit, FAILURE, SUCCESS, succeeded } from './process.js';
import { readBytes } from './read-bytes.js';
import { expandResponseFiles } from './response-file.js';
import { problem, reportAll, type Reporter, type Session, step } from './session.js';
import { chosenToolchain } from './toolchain.js';
import { Workspace } from './workspace.js';

export interface Invocation {
  readonly mode: Mode;
  readonly argv: readonly string[];
  /** The folder of the package. */
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reporter: Reporter;
  /** Whether messages go to a terminal that shows colours. */
  readonly color: boolean;
}

/** Command lines longer than this go to clang in a response file; one word may be 128 KiB, all of them 2 MiB. */
const MAX_COMMAND_LENGTH = 100_000;

/** Questions that clang answers without a plan; asked often by build systems, so they cost one process only. */
const QUESTION =
  /^(?:--version|-v|--help|-help|-dumpversion|-dumpmachine|--print-.*|-print-.*|--autocomplete=.*)$/;

function readText(path: string): string | undefined {
  try {
    return readBytes(path).toString('utf8');
  } catch {
    return undefined;
  }
}

/** `args`, in a response file if they are too long for a command line. */
function commandLine(clang: string, args: readonly string[], workspace: Workspace): Command {
  const length = args.reduce((sum, argument) => sum + argument.length + 1, 0);
  if (length <= MAX_COMMAND_LENGTH) return { program: clang, args };
  const file = workspace.file('.rsp');
  writeFileSync(file, args.map((arg) => `"${arg.replace(/["\\]/g, '\\$&')}"\n`).join(''));
  return { program: clang, args: [`@${file}`] };
}

/**
 * A variable named like an option would be a setting that silently does nothing: all that changes the output is on
 * the command line, where caches of compilations see it.
 */
function checkEnvironment(env: Invocation['env'], reporter: Reporter): void {
  for (const name of OPTION_NAMES) {
    const variable = `TBX_${name.toUpperCase().replaceAll('-', '_')}`;
    if (variable === 'TBX_CLANG' || env[variable] === undefined) continue;
    const message = `the environment variable ${variable} means nothing here; the option is -ftbx-${name}`;
    reporter.report({ code: 'TBX0808', severity: 'warning', message, notes: [] });
  }
}

/** Runs clang as the user called it, for what the wrapper has no part in. */
async function passThrough(session: Session, args: readonly string[]): Promise<Exit> {
  return step(session, commandLine(session.tools.clang, args, session.workspace));
}

/** Runs the wrapper for one command line; the result is the exit of this process. */
export async function driveCompiler(invocation: Invocation): Promise<Exit> {
  const { mode, reporter, env } = invocation;
  const argv = expandResponseFiles(invocation.argv, readText);
  if (argv === undefined) {
    reporter.report(problem('TBX0802', 'response files name each other without end'));
    return FAILURE;
  }
  const { options, clang, diagnostics } = splitArguments(argv);
  if (reportAll(reporter, diagnostics)) return FAILURE;
  checkEnvironment(env, reporter);
  const workspace = new Workspace();
  const session: Session = {
    options,
    tools: chosenToolchain(env, options.clang),
    where: installation(invocation.root),
    workspace,
    reporter,
    verbose: clang.includes('-v'),
  };
  try {
    if (options.off || env['TBX_PASSTHROUGH'] === '1') {
      reporter.report(uninstrumented(options));
      return await passThrough(session, [...driverMode(mode), ...clang]);
    }
    return await catchSignals(() => drive(session, mode, clang, invocation.color));
  } finally {
    workspace.remove();
  }
}

function uninstrumented(options: TbxOptions): Diagnostic {
  const why = options.off ? '-ftbx-off' : 'TBX_PASSTHROUGH=1';
  const message = `${why}: calling clang without instrumentation`;
  return { code: 'TBX0809', severity: 'note', message, notes: [] };
}

async function drive(
  session: Session,
  mode: Mode,
  argv: readonly string[],
  color: boolean,
): Promise<Exit> {
  const { reporter, where, tools, workspace } = session;
  const { flags, diagnostics } = checkFlags(argv);
  if (reportAll(reporter, diagnostics)) return FAILURE;
  const args = clangArguments(mode, flags, where, color);
  const onlyAsks = argv.length > 0 && argv.every((argument) => QUESTION.test(argument));
  if (onlyAsks || argv.includes('-###')) return passThrough(session, args);
  const missing = missingParts(where);
  if (missing !== undefined) {
    reporter.report(missing);
    return FAILURE;
  }
  const asked = await capture(commandLine(tools.clang, ['-###', ...args], workspace));
  if (asked.exit.kind === 'absent') return step(session, { program: tools.clang, args: [] });
  const plan = parsePlan(asked.stderr);
  if (!succeeded(asked.exit)) {
    for (const line of plan.messages) reporter.say(line);
    return asked.exit;
  }
  if (plan.jobs.every(({ kind }) => kind === 'other')) return passThrough(session, args);
  for (const line of plan.messages) reporter.say(line);
  return runPlan(session, plan);
}

function missingParts(where: Installation): Diagnostic | undefined {
  if (existsSync(where.sysroot)) return undefined;
  return problem(
    'TBX0805',
    `the sandbox's libc is not built yet: there is no ${where.sysroot}; run 'tme-box build-sysroot'`,
  );
}

/** Runs the jobs in order; files that one job makes for another are temporary, the rest appear at the end. */
async function runPlan(session: Session, plan: Plan): Promise<Exit> {
  const names = new Map<string, string>();
  for (const [index, job] of plan.jobs.entries()) {
    const output = outputOf(job.command) ?? 'a.out';
    const later = plan.jobs.slice(index + 1);
    const intermediate = later.some(({ command }) => command.args.includes(output));
    const target = intermediate
      ? session.workspace.file(/\.[^./]*$/.exec(output)?.[0] ?? '')
      : session.workspace.stage(output);
    const exit = await runJob(session, job, names, output, target);
    if (!succeeded(exit)) return exit;
    if (intermediate) names.set(output, target);
  }
  if (!session.options.explain) session.workspace.publish();
  return SUCCESS;
}

/** Runs one job; `names` says where the outputs of earlier jobs are. */
async function runJob(
  session: Session,
  job: Job,
  names: ReadonlyMap<string, string>,
  output: string,
  target: string,
): Promise<Exit> {
  const command = rename(job.command, names);
  switch (job.kind) {
    case 'compile':
      return compile(session, command, job.output, target);
    case 'assemble':
      return assemble(session, command, assemblyInput(command), assemblyInput(job.command), target);
    case 'link':
      return link(session, command, target);
    case 'other':
      return step(session, rename(command, new Map([[output, target]])));
  }
}

function rename(command: Command, names: ReadonlyMap<string, string>): Command {
  return {
    program: command.program,
    args: command.args.map((argument) => names.get(argument) ?? argument),
  };
}
