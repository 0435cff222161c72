/**
 * `tbx-as`: a drop-in `as` for `clang -fno-integrated-as -B DIR`. It confines the text and hands it to clang's
 * assembler with the same flags.
 */

import { confineAssembly } from '../asm/addr32.js';
import { catchSignals, type Exit, FAILURE, succeeded } from './process.js';
import {
  problem,
  readSource,
  reportAll,
  type Reporter,
  type Session,
  step,
  writeText,
} from './session.js';
import { installation } from './installation.js';
import { DEFAULT_OPTIONS } from './options.js';
import { chosenToolchain } from './toolchain.js';
import { Workspace } from './workspace.js';

export interface AssemblerInvocation {
  readonly argv: readonly string[];
  readonly root: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly reporter: Reporter;
}

interface AssemblerLine {
  readonly input: string;
  readonly output: string;
  /** Flags for the driver of clang's assembler. */
  readonly flags: readonly string[];
}

/** Options of `as` with a second word. */
const PAIRS = new Set(['-I', '-D', '--defsym', '-mllvm']);
/** What `clang -fno-integrated-as` says that its own assembler does in any case. */
const IMPLIED = new Set(['--64', '-Qy', '-Qn', '--noexecstack', '-k', '-K', '-W', '--no-warn']);

/** Reads the command line of `as`; a string says what is wrong with it. */
function parseLine(argv: readonly string[]): AssemblerLine | string {
  const inputs: string[] = [];
  const flags: string[] = [];
  let output = 'a.out';
  for (let at = 0; at < argv.length; at++) {
    const word = argv[at] ?? '';
    const next = argv[at + 1];
    if (word === '-o' && next !== undefined) {
      output = next;
      at++;
    } else if (PAIRS.has(word) && next !== undefined) {
      flags.push('-Xassembler', word, '-Xassembler', next);
      at++;
    } else if (word === '--32' || word === '--x32') {
      return `'${word}': sandboxes are 64-bit x86 programs`;
    } else if (word === '-' || !word.startsWith('-')) inputs.push(word);
    else if (!IMPLIED.has(word)) flags.push(`-Wa,${word}`);
  }
  const [input = '-'] = inputs;
  return inputs.length > 1 ? 'one input at a time' : { input, output, flags };
}

/** Confines the input and assembles it. */
async function assembleLine(session: Session, line: AssemblerLine): Promise<Exit> {
  const { tools, workspace, reporter } = session;
  const { text, diagnostics } = confineAssembly(readSource(line.input, line.input));
  if (reportAll(reporter, diagnostics) || text === undefined) return FAILURE;
  const confined = workspace.file('.s');
  writeText(confined, text);
  const target = ['-c', '--target=x86_64-linux-gnu', '-x', 'assembler', confined];
  const args = [...target, ...line.flags, '-o', workspace.stage(line.output)];
  const exit = await step(session, { program: tools.clang, args });
  if (succeeded(exit)) workspace.publish();
  return exit;
}

/** Runs `tbx-as` for one command line. */
export async function driveAssembler(invocation: AssemblerInvocation): Promise<Exit> {
  const { argv, reporter, env } = invocation;
  const tools = chosenToolchain(env);
  const workspace = new Workspace();
  const session = {
    options: DEFAULT_OPTIONS,
    tools,
    where: installation(invocation.root),
    workspace,
    reporter,
    verbose: false,
  };
  if (argv.includes('--version'))
    return step(session, { program: tools.clang, args: ['--version'] });
  const line = parseLine(argv);
  if (typeof line === 'string') {
    reporter.report(problem('TBX0802', line));
    return FAILURE;
  }
  try {
    return await catchSignals(() => assembleLine(session, line));
  } finally {
    workspace.remove();
  }
}
