/** A compile job: source to IR by clang, instrumented here, IR to assembly by clang, confined here, assembled. */

import { confineAssembly } from '../asm/addr32.js';
import { instrument, type InstrumentOptions } from '../passes/pipeline.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { SourceText } from '../text/source.js';
import { blameAll } from './blame.js';
import {
  assembleCommand,
  backCommand,
  frontCommand,
  inputOf,
  valueOf,
  withLineNumbers,
  withoutPasses,
} from './cc1.js';
import { isInstrumentedIr } from './marks.js';
import { readNamed } from './named-sources.js';
import { DEFAULT_ISOLATION } from './options.js';
import { type Command, type CompileOutput, outputOf } from './plan.js';
import { capture, type Exit, FAILURE, SUCCESS, succeeded } from './process.js';
import { readSource, reportAll, type Session, step, writeText } from './session.js';
import { appendStatistics } from './statistics-file.js';

/** The module in a file; `unit` is the name that the user knows it by. */
function readModule(file: string, unit: string): SourceText {
  return readSource(file, `${unit} (LLVM IR)`);
}

/** What the options say to the passes. */
function passOptions({ options }: Session): InstrumentOptions {
  const { isolation = DEFAULT_ISOLATION, lowering, keyBits } = options;
  return { isolation, lowering, keyBits };
}

/** Whether the job's input is IR that this tool instrumented before; only the user can say so. */
function resumes({ options }: Session, command: Command): boolean {
  return options.resume && valueOf(command.args, '-x') === 'ir';
}

function admitInstrumented({ reporter }: Session, source: SourceText, output: string): Exit {
  if (isInstrumentedIr(source.text)) {
    writeText(output, source.text);
    return SUCCESS;
  }
  const message = "this module is not instrumented; leave '-ftbx-resume' out";
  reporter.report({ code: 'TBX0810', severity: 'error', message, source, notes: [] });
  return FAILURE;
}

/** Instruments the module in `input` to `output`. */
async function instrumentFile(
  session: Session,
  command: Command,
  input: string,
  output: string,
  unit: string,
): Promise<Exit> {
  const { options, reporter } = session;
  const source = readModule(input, unit);
  if (resumes(session, command)) return admitInstrumented(session, source, output);
  if (options.keepIr !== undefined) {
    // Loaded here: few builds keep their modules, and what it needs costs each start of the compiler.
    const { keepIr } = await import('./kept-ir.js');
    keepIr(options.keepIr, source.text, unit, passOptions(session));
  }
  const { text, diagnostics, statistics } = instrument(source, passOptions(session));
  if (text === undefined) {
    reportAll(reporter, await blameSource(session, command, source, unit, diagnostics));
    return FAILURE;
  }
  reportAll(reporter, diagnostics);
  writeText(output, text);
  if (options.statistics !== undefined) appendStatistics(options.statistics, unit, statistics);
  return SUCCESS;
}

/**
 * The diagnostics at their places in the source. A module without debug information is made once more, with line
 * numbers: this is only done on the way to a failure.
 */
async function blameSource(
  session: Session,
  command: Command,
  source: SourceText,
  unit: string,
  diagnostics: readonly Diagnostic[],
): Promise<readonly Diagnostic[]> {
  if (source.text.includes('\n!llvm.dbg.cu') || inputOf(command) === '-') {
    return blameAll(diagnostics, readNamed);
  }
  const lines = session.workspace.file('.ll');
  const { exit } = await capture(withLineNumbers(frontCommand(command, lines, undefined)));
  if (!succeeded(exit)) return diagnostics;
  const { diagnostics: placed } = instrument(readModule(lines, unit), passOptions(session));
  return blameAll(placed, readNamed);
}

/** Confines the assembler text in `input` to `output`. */
export function confineFile(session: Session, input: string, output: string, unit: string): Exit {
  const { text, diagnostics } = confineAssembly(readSource(input, unit));
  if (reportAll(session.reporter, diagnostics) || text === undefined) return FAILURE;
  writeText(output, text);
  return SUCCESS;
}

/** A step that runs in this process: shown like a command, and left out when steps are only explained. */
export async function ownStep(
  session: Session,
  words: string,
  action: () => Exit | Promise<Exit>,
): Promise<Exit> {
  const { options, verbose, reporter } = session;
  if (verbose || options.explain) reporter.say(` ${words}`);
  return options.explain ? SUCCESS : action();
}

/** From IR with no passes left to run to the confined assembly. */
async function generate(
  session: Session,
  command: Command,
  ir: string,
  unit: string,
): Promise<{ readonly exit: Exit; readonly assembly: string }> {
  const { workspace, options } = session;
  const plain = workspace.file('.s');
  const exit = await step(session, backCommand(command, ir, plain, 'assembly'));
  if (!succeeded(exit) || options.lowering === 'ir') return { exit, assembly: plain };
  const assembly = workspace.file('.confined.s');
  const words = `(in process) confine ${plain} -o ${assembly}`;
  const confined = await ownStep(session, words, () =>
    confineFile(session, plain, assembly, `${unit} (assembly)`),
  );
  return { exit: confined, assembly };
}

/** Writes what the job was to write, from the instrumented module `ir` to `output`. */
async function finish(
  session: Session,
  command: Command,
  emit: CompileOutput,
  ir: string,
  output: string,
  unit: string,
): Promise<Exit> {
  if (emit === 'bitcode') return step(session, backCommand(command, ir, output, 'bitcode'));
  if (emit === 'llvm') return publishFile(session, ir, output);
  const { exit, assembly } = await generate(session, command, ir, unit);
  if (!succeeded(exit)) return exit;
  if (emit === 'assembly') return publishFile(session, assembly, output);
  return step(session, assembleCommand(command, assembly, output));
}

/** Moves an intermediate file, which is complete, to the name of the job's output. */
function publishFile(session: Session, file: string, output: string): Promise<Exit> {
  return ownStep(session, `mv ${file} ${output}`, () => {
    writeText(output, readSource(file, file).text);
    return SUCCESS;
  });
}

/** Runs a compile job; its output goes to `output`. `unit` is the name that messages have for its input. */
export async function compile(
  session: Session,
  command: Command,
  emit: CompileOutput,
  output: string,
  unit: string = inputOf(command) ?? outputOf(command) ?? 'input',
): Promise<Exit> {
  const { workspace } = session;
  const front = workspace.file('.ll');
  const dependencies = valueOf(command.args, '-dependency-file');
  // Dependencies appear with the object, not before it: make would take a failed compilation for a finished one.
  const staged =
    dependencies === undefined || dependencies === '-' ? undefined : workspace.stage(dependencies);
  const toIr = frontCommand(command, front, staged);
  // What is instrumented is not optimised again: the optimiser would reason about the masks.
  const parsed = await step(session, resumes(session, command) ? withoutPasses(toIr) : toIr);
  if (!succeeded(parsed)) return parsed;

  const ir = workspace.file('.tbx.ll');
  const words = `(in process) instrument ${front} -o ${ir}`;
  const instrumented = await ownStep(session, words, () =>
    instrumentFile(session, command, front, ir, unit),
  );
  if (!succeeded(instrumented)) return instrumented;
  return finish(session, command, emit, ir, output, unit);
}
