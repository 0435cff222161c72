/** A compile job: source to IR by clang, instrumented here, IR to assembly by clang, confined here, assembled. */

import { confineAssembly } from '../asm/addr32.js';
import { instrument } from '../passes/pipeline.js';
import { assembleCommand, backCommand, frontCommand, inputOf, valueOf } from './cc1.js';
import { isInstrumentedIr } from './marks.js';
import { DEFAULT_ISOLATION } from './options.js';
import { type Command, type CompileOutput, outputOf } from './plan.js';
import { type Exit, FAILURE, SUCCESS, succeeded } from './process.js';
import { readSource, reportAll, type Session, step, writeText } from './session.js';
import { appendStatistics } from './statistics_file.js';

/** Instruments the module in `input` to `output`. `unit` is the name that the user knows it by. */
function instrumentFile(session: Session, input: string, output: string, unit: string): Exit {
  const { options, reporter } = session;
  const source = readSource(input, `${unit} (LLVM IR)`);
  if (isInstrumentedIr(source.text)) {
    writeText(output, source.text);
    return SUCCESS;
  }
  const { text, diagnostics, statistics } = instrument(source, {
    isolation: options.isolation ?? DEFAULT_ISOLATION,
    lowering: options.lowering,
    keyBits: options.keyBits,
  });
  if (reportAll(reporter, diagnostics) || text === undefined) return FAILURE;
  writeText(output, text);
  if (options.statistics !== undefined) appendStatistics(options.statistics, unit, statistics);
  return SUCCESS;
}

/** Confines the assembler text in `input` to `output`. */
export function confineFile(session: Session, input: string, output: string, unit: string): Exit {
  const { text, diagnostics } = confineAssembly(readSource(input, unit));
  if (reportAll(session.reporter, diagnostics) || text === undefined) return FAILURE;
  writeText(output, text);
  return SUCCESS;
}

/** A step that runs in this process: shown like a command, and left out when steps are only explained. */
export function ownStep(session: Session, words: string, action: () => Exit): Exit {
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
  const confined = ownStep(session, words, () =>
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
function publishFile(session: Session, file: string, output: string): Exit {
  return ownStep(session, `mv ${file} ${output}`, () => {
    writeText(output, readSource(file, file).text);
    return SUCCESS;
  });
}

/** Runs a compile job; its output goes to `output`. */
export async function compile(
  session: Session,
  command: Command,
  emit: CompileOutput,
  output: string,
): Promise<Exit> {
  const { workspace } = session;
  const unit = inputOf(command) ?? outputOf(command) ?? 'input';
  const front = workspace.file('.ll');
  const dependencies = valueOf(command.args, '-dependency-file');
  // Dependencies appear with the object, not before it: make would take a failed compilation for a finished one.
  const staged =
    dependencies === undefined || dependencies === '-' ? undefined : workspace.stage(dependencies);
  const parsed = await step(session, frontCommand(command, front, staged));
  if (!succeeded(parsed)) return parsed;

  const ir = workspace.file('.tbx.ll');
  const words = `(in process) instrument ${front} -o ${ir}`;
  const instrumented = ownStep(session, words, () => instrumentFile(session, front, ir, unit));
  if (!succeeded(instrumented)) return instrumented;
  return finish(session, command, emit, ir, output, unit);
}
