/** The link job: a sandbox image of marked objects, and around it a program that runs it. */

import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readLinkLine, type LinkLine } from './link-line.js';
import { type BitcodeFile, checkObjects } from './marked-objects.js';
import { DEFAULT_ISOLATION, type Isolation } from './options.js';
import { type Command, outputOf } from './plan.js';
import { type Exit, FAILURE, SUCCESS, succeeded } from './process.js';
import { programAssembly } from './program.js';
import { problem, reportAll, type Session, step, writeText } from './session.js';
import { reportUnverified, verifyAndStamp } from './verification.js';
import { linkBitcode } from './whole-program.js';

/**
 * Bitcode is compiled by the passes (whole-program.ts). Were there any that checkObjects has not seen, the linker would
 * compile it, and what its assembly includes: with passes that do not exist it fails instead.
 */
const NO_CODE_GENERATION = ['--lto-newpm-passes=the-linker-compiles-nothing'];

/**
 * Flags that the link script counts on; it asserts what follows from them. What is reached by `__start_SECTION` alone
 * stays: the program did not ask for its sections to be collected.
 */
export const IMAGE_FLAGS = [
  ...['-static', '--gc-sections', '--build-id=none', '--no-dynamic-linker'],
  ...['-z', 'norelro', '-z', 'max-page-size=4096', '-z', 'noexecstack'],
  ...['-z', 'nostart-stop-gc'],
  // Objects do not choose what else is linked: nothing that they name went through checkObjects.
  '--no-dependent-libraries',
  // The linker keeps what these name though nobody calls it: musl's `_fini`, which a library never comes to.
  ...['--init=', '--fini='],
];

function imageCommand(
  session: Session,
  words: readonly string[],
  isolation: Isolation,
  output: string,
): Command {
  const { tools, where } = session;
  const libraries = where.libraries(isolation);
  const part = (name: string): string => join(libraries, name);
  return {
    program: tools.lld,
    args: [
      ...IMAGE_FLAGS,
      '-T',
      where.linkScript,
      '-o',
      output,
      ...(session.options.library ? [] : [part('crt1.o')]), // without it the start of libraries is taken
      part('gate.o'),
      ...words,
      ...['--start-group', part('libtbx.a'), part('libc.a'), '--end-group'],
    ],
  };
}

/**
 * What a program may do because of its name. Autoconf's probes are called `conftest`; they write their findings into
 * the working directory, and without that `./configure CC=tbx-cc` takes the compiler for a broken one
 * (docs/decisions/0004-conftest.md).
 */
function grantsByName(name: string): readonly string[] {
  return basename(name) === 'conftest' ? ['--dir-rw=.'] : [];
}

/** Links the image into a native program: the runner, with the image and its options inside. */
async function linkProgram(
  session: Session,
  image: string,
  output: string,
  name: string,
): Promise<Exit> {
  const { options, tools, where, workspace } = session;
  const assembly = workspace.file('.s');
  const granted = [...grantsByName(name), ...options.runnerOptions];
  if (!options.explain) writeText(assembly, programAssembly(image, granted));
  return step(session, {
    program: tools.clang,
    args: [
      ...['-static', `--ld-path=${tools.lld}`, '-Wl,--build-id=none'],
      ...['-o', output, '-x', 'assembler', assembly, '-x', 'none', where.runnerLibrary],
    ],
  });
}

/** What a link line is made of. */
interface Inputs {
  readonly isolation: Isolation;
  readonly bitcode: readonly BitcodeFile[];
}

/** Objects of the explained steps do not exist, so only a real link can look at them. */
function checkInputs(session: Session, line: LinkLine): Inputs | undefined {
  const { options, reporter } = session;
  if (options.explain) {
    const files = line.level === undefined ? [] : line.files;
    const bitcode = files.map((path) => ({ path, native: [] }));
    return { isolation: options.isolation ?? DEFAULT_ISOLATION, bitcode };
  }
  const { isolation, bitcode, diagnostics } = checkObjects(line.files, options.isolation);
  if (reportAll(reporter, diagnostics)) return undefined;
  return { isolation: isolation ?? DEFAULT_ISOLATION, bitcode };
}

function missingPart(session: Session, isolation: Isolation): string | undefined {
  const { where, options } = session;
  const parts = [join(where.libraries(isolation), 'libc.a'), where.linkScript];
  if (!options.image) parts.push(where.runnerLibrary);
  return parts.find((path) => !existsSync(path));
}

/** Runs a link job; the program (or object, or bare image) goes to `output`. */
export async function link(session: Session, command: Command, output: string): Promise<Exit> {
  const { reporter, options, workspace } = session;
  const line = readLinkLine(command.args);
  if (reportAll(reporter, line.diagnostics)) return FAILURE;
  const inputs = checkInputs(session, line);
  if (inputs === undefined) return FAILURE;
  const { isolation, bitcode } = inputs;
  if (line.relocatable) {
    if (bitcode.length === 0) {
      return step(session, {
        program: session.tools.lld,
        args: [...NO_CODE_GENERATION, '-o', output, ...line.words],
      });
    }
    const message = `'-r' would generate the code of bitcode objects (-flto) without instrumentation; link them into a program`;
    reporter.report(problem('TBX0707', message));
    return FAILURE;
  }
  const missing = missingPart(session, isolation);
  if (missing !== undefined) {
    reporter.report(problem('TBX0805', `there is no ${missing}; run 'make' in the tme-box folder`));
    return FAILURE;
  }
  const image = options.image ? output : workspace.file('.image');
  const name = outputOf(command) ?? output;
  const commandFor = (words: readonly string[], to: string): Command =>
    imageCommand(session, words, isolation, to);
  const { exit, words } =
    bitcode.length === 0
      ? { exit: SUCCESS, words: line.words }
      : await linkBitcode(session, line, bitcode, isolation, name, commandFor);
  if (!succeeded(exit)) return exit;
  const linked = await step(session, commandFor([...words, ...NO_CODE_GENERATION], image));
  if (!succeeded(linked)) return linked;
  if (options.verify) {
    const verified = await verifyAndStamp(session, image, name);
    if (!succeeded(verified)) return verified;
  } else {
    reportUnverified(session, name);
  }
  return options.image ? SUCCESS : linkProgram(session, image, output, name);
}
