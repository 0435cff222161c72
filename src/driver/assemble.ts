/** An assemble job: text that no pass saw. Accepted when the user says that this tool wrote it, or vouches for it. */

import type { SourceText } from '../text/source.js';
import { confineFile, ownStep } from './compile.js';
import { inputOf } from './cc1.js';
import { allowedAssemblyNote, isMarkedAssembly } from './marks.js';
import type { Command } from './plan.js';
import { type Exit, FAILURE, succeeded } from './process.js';
import { readSource, type Session, step, writeText } from './session.js';

/** The text to assemble, or undefined if it is refused. */
function admit(session: Session, source: SourceText): string | undefined {
  const { assembly, keyBits, resume } = session.options;
  const isMarked = isMarkedAssembly(source.text);
  if (resume && isMarked) return source.text;
  if (assembly !== 'allow') {
    session.reporter.report({
      code: 'TBX0302',
      severity: assembly === 'error' ? 'error' : 'warning',
      message: 'assembler text cannot be instrumented',
      source,
      notes: [
        {
          code: 'TBX0302',
          severity: 'note',
          message: isMarked
            ? "if tbx-cc -S wrote it, say so with '-ftbx-resume'"
            : "write it in C, or vouch for it with '-ftbx-asm=allow'",
          notes: [],
        },
      ],
    });
  }
  if (assembly === 'error') return undefined;
  // A line marker, as preprocessors write it: debug information names the user's file and not ours.
  return `# 1 ${JSON.stringify(source.path)}\n${source.text}${allowedAssemblyNote(keyBits)}`;
}

/** Runs an assemble job whose input is `input`; `unit` is the name that the user knows it by. */
export async function assemble(
  session: Session,
  command: Command,
  input: string,
  unit: string,
  output: string,
): Promise<Exit> {
  const { workspace } = session;
  const admitted = workspace.file('.s');
  const confined = workspace.file('.confined.s');
  const words = `(in process) confine ${input} -o ${confined}`;
  const exit = await ownStep(session, words, () => {
    const text = admit(session, readSource(input, unit));
    if (text === undefined) return FAILURE;
    writeText(admitted, text);
    return confineFile(session, admitted, confined, unit);
  });
  if (!succeeded(exit)) return exit;
  const at = command.args.lastIndexOf('-o');
  const args = command.args.with(at + 1, output).with(-1, confined);
  return step(session, { program: command.program, args });
}

/** The input of an assemble job, as clang names it. */
export const assemblyInput = (command: Command): string => inputOf(command) ?? '-';
