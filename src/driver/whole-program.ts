/**
 * Whole-program mode: objects that clang wrote as bitcode (`-flto`) become one object before the link.
 *
 *     a.o b.o … ─ lld --lto-emit-llvm ─ one module ─ opt lto ─ instrument, generate, confine, assemble ─ whole.o
 *
 * The linker resolves names over the whole link line, libc and all, and makes internal what nothing else sees. LLVM then
 * optimises the module as one, and it goes through the steps of any other compilation, once: functions that never escape
 * have no entry in the call table, and what is called from one place only is part of its caller.
 */

import { writeFileSync } from 'node:fs';
import { compile } from './compile.js';
import { clangArguments } from './flags.js';
import type { LinkLine } from './link-line.js';
import type { BitcodeFile } from './marked-objects.js';
import type { Isolation } from './options.js';
import { type Command, parsePlan } from './plan.js';
import { capture, type Exit, FAILURE, SUCCESS, succeeded } from './process.js';
import { problem, type Session, step } from './session.js';

/** The linker's command for a line, as the link step makes it, with an output. */
export type LinkCommand = (words: readonly string[], output: string) => Command;

/** The level that clang hands to the linker with `-flto`. Code of -O0 has forms that no operand check can follow. */
function optimisation({ level = '2' }: LinkLine): string {
  return level === '0' ? '1' : level;
}

/**
 * Makes one object of all bitcode, and tells the words of a link line that has it in the place of the bitcode.
 *
 * @param name what messages call the program
 */
export async function linkBitcode(
  session: Session,
  line: LinkLine,
  bitcode: readonly BitcodeFile[],
  isolation: Isolation,
  name: string,
  linkCommand: LinkCommand,
): Promise<{ readonly exit: Exit; readonly words: readonly string[] }> {
  const { workspace, tools } = session;
  const merged = workspace.file('.bc');
  const optimised = workspace.file('.bc');
  const object = workspace.file('.o');
  const level = optimisation(line);
  const kept = await keptSymbols(session, linkCommand(line.words, merged));
  const merge = linkCommand(['--lto-emit-llvm', ...kept, ...line.words], merged);
  const optimise = [`-passes=lto<O${level}>`, merged, '-o', optimised];
  const steps = [
    () => step(session, merge),
    () => step(session, { program: tools.tool('opt'), args: optimise }),
    () => compileModule(session, optimised, object, level, isolation, `${name}, whole program`),
  ];
  for (const run of steps) {
    const exit = await run();
    if (!succeeded(exit)) return { exit, words: [] };
  }
  return replaceBitcode(session, line, bitcode, object);
}

const TABLE_ENTRY = /\bU __tbx_ic\.(\S+)$/gm;

/**
 * Options that keep the functions whose table entries native code asks for: bitcode has no such entries yet, so the
 * linker cannot know. Each is one word: as a word of its own, a name such as `@file` would be the linker's options.
 */
async function keptSymbols(session: Session, { args }: Command): Promise<readonly string[]> {
  const files = args.filter((word) => /\.(?:o|a|lo|obj)$/.test(word));
  const program = session.tools.tool('llvm-nm');
  const { stdout } = await capture({ program, args: ['--undefined-only', '--quiet', ...files] });
  const names = new Set([...stdout.matchAll(TABLE_ENTRY)].flatMap(([, name]) => name ?? []));
  return [...names].map((name) => `--undefined=${name}`);
}

/** Compiles the optimised module as tbx-cc does any other, but for LLVM's passes. */
async function compileModule(
  session: Session,
  module: string,
  object: string,
  level: string,
  isolation: Isolation,
  unit: string,
): Promise<Exit> {
  const flags = [`-O${level}`, '-c', '-x', 'ir', '-Xclang', '-disable-llvm-passes', module];
  const args = clangArguments('cc', flags, session.where, false);
  // Clang plans for no file that is not there; steps that are explained made none.
  if (session.options.explain) writeFileSync(module, '');
  const asked = await capture({ program: session.tools.clang, args: ['-###', ...args] });
  const job = parsePlan(asked.stderr).jobs.find(({ kind }) => kind === 'compile');
  if (job === undefined) {
    session.reporter.report(problem('TBX0804', `clang has no plan for ${module}`));
    return FAILURE;
  }
  const options = { ...session.options, isolation };
  return compile({ ...session, options }, job.command, 'object', object, unit);
}

/** The line with the object in place of the first bitcode, and of archives what is native in them. */
async function replaceBitcode(
  session: Session,
  line: LinkLine,
  bitcode: readonly BitcodeFile[],
  object: string,
): Promise<{ readonly exit: Exit; readonly words: readonly string[] }> {
  const places = new Map<string, readonly string[]>();
  for (const { path, native } of bitcode) {
    if (native.length === 0) {
      places.set(path, []);
      continue;
    }
    const archive = session.workspace.file('.a');
    const exit = await writeArchive(session, native, archive);
    if (!succeeded(exit)) return { exit, words: [] };
    places.set(path, [archive]);
  }
  const words = line.words.flatMap((word) => places.get(word) ?? word);
  // First, as lld has the code that it generates itself.
  return { exit: SUCCESS, words: [object, ...words] };
}

function writeArchive(
  session: Session,
  objects: readonly Buffer[],
  archive: string,
): Promise<Exit> {
  const files = objects.map((object) => {
    const file = session.workspace.file('.o');
    writeFileSync(file, object);
    return file;
  });
  return step(session, {
    program: session.tools.tool('llvm-ar'),
    args: ['rcsD', archive, ...files],
  });
}
