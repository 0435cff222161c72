/** The programs in C that step. */
import { join } from 'node:path';
import { must } from '../../../programs/process.js';

const FOLDER = 'test/verifier/stepping';
const OPTIONS = ['-std=c17', '-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];

/** Compiles the tracer of programs in a sandbox, or the stepper of single functions, into `folder`; its path. */
export async function buildNative(name: 'tracer' | 'stepper', folder: string): Promise<string> {
  const program = join(folder, name);
  const sources = [name, 'traced', 'observer'].map((source) => join(FOLDER, `${source}.c`));
  await must({ program: 'clang-22', arguments: [...OPTIONS, ...sources, '-o', program] });
  return program;
}
