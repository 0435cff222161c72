import { mkdir, mkdtemp, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { must } from '../../programs/process.js';
import { BUILD, compiler, type Toolchain } from '../../programs/toolchain.js';

/** A new folder under build/, so that what a failed test built can be looked at. */
export async function scratchFolder(name: string): Promise<string> {
  await mkdir(join(BUILD, 'e2e'), { recursive: true });
  return mkdtemp(join(BUILD, 'e2e', `${name}-`));
}

/** Compiles and links one C file; a compiler that refuses is an error with its whole message. */
export async function compileProgram(
  source: string,
  output: string,
  toolchain: Toolchain,
  options: readonly string[],
): Promise<void> {
  const [program = '', ...words] = compiler(toolchain).split(' ');
  await must({ program, arguments: [...words, '-w', ...options, source, '-o', output, '-lm'] });
}

/** A folder to grant, with a file, a sub-folder and links that point out of it; and a file beside it. */
export async function grantedFolder(scratch: string): Promise<string> {
  const folder = join(scratch, 'granted');
  await mkdir(join(folder, 'sub'), { recursive: true });
  await writeFile(join(folder, 'inside.txt'), 'inside\n');
  await writeFile(join(scratch, 'outside.txt'), 'outside\n');
  await symlink('../outside.txt', join(folder, 'link-out')).catch(() => undefined);
  await symlink('/etc/passwd', join(folder, 'link-absolute')).catch(() => undefined);
  await symlink('..', join(folder, 'link-folder')).catch(() => undefined);
  return folder;
}
