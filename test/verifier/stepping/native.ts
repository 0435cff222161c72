/** The programs in C that step. */
import { join } from 'node:path';
import { must } from '../../../programs/process.js';

const FOLDER = 'test/verifier';
const OPTIONS = ['-std=c17', '-O2', '-Wall', '-Wextra', '-Werror', '-D_GNU_SOURCE'];
const SHARED = ['stepping/traced', 'stepping/observer', 'stepping/arena'];

/**
 * Compiles the tracer of programs in a sandbox, the stepper of single functions, or that of the property test, into
 * `folder`; its path.
 */
export async function buildNative(
  name: 'stepping/tracer' | 'stepping/stepper' | 'property/stepper',
  folder: string,
): Promise<string> {
  const program = join(folder, name.replace('/', '-'));
  const sources = [name, ...SHARED].map((source) => join(FOLDER, `${source}.c`));
  await must({ program: 'clang-22', arguments: [...OPTIONS, ...sources, '-o', program] });
  return program;
}
