/** The LLVM tools that the driver calls, all of one version. */

import { basename, dirname, join } from 'node:path';

export interface Toolchain {
  readonly clang: string;
  readonly lld: string;
  /** The tool of this version with the given plain name (`llvm-objdump`). */
  readonly tool: (name: string) => string;
}

export const DEFAULT_CLANG = 'clang-22';

/**
 * The tools that belong to a clang: `clang-19` or `19` has `ld.lld-19`, `/opt/llvm/bin/clang` has
 * `/opt/llvm/bin/ld.lld`. `bin` is a folder to look for a plain name in.
 */
export function toolchain(clang: string = DEFAULT_CLANG, bin = ''): Toolchain {
  const name = /^\d+$/.test(clang) ? `clang-${clang}` : clang;
  const path = name.includes('/') ? name : join(bin, name);
  const suffix = /-\d+$/.exec(basename(path))?.[0] ?? '';
  const directory = path.includes('/') ? dirname(path) : '';
  const tool = (name: string): string => join(directory, name + suffix);
  return { clang: path, lld: tool('ld.lld'), tool };
}

/** The tools that the environment asks for, unless the command line names a clang. */
export function chosenToolchain(
  env: Readonly<Record<string, string | undefined>>,
  clang: string | undefined = env['TBX_CLANG'],
): Toolchain {
  return toolchain(clang, env['TBX_LLVM_BIN']);
}
