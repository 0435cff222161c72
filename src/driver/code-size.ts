/** Sizes of the machine code of functions, from the objects that clang makes of a module. */

import { confineAssembly } from '../asm/addr32.js';
import type { Lowering } from './options.js';
import { capture, succeeded } from './process.js';
import { readSource, writeText } from './session.js';
import type { Toolchain } from './toolchain.js';
import { Workspace } from './workspace.js';

/** As tbx-cc compiles, with the passes of the optimiser run already. */
const CODE_GENERATION = [
  ...['--target=x86_64-linux-musl', '-O2', '-fPIE', '-fno-stack-protector'],
  ...['-fcf-protection=none', '-ffunction-sections', '-Xclang', '-disable-llvm-passes', '-w'],
  '-fno-verbose-asm', // comments may hold NUL bytes, which the address step refuses
];

/** Bytes by the name of the symbol. */
export type CodeSizes = ReadonlyMap<string, number>;

/**
 * Compiles a module and measures its functions.
 *
 * @param lowering who cuts addresses to 32 bits; undefined for a module that is not instrumented
 * @returns undefined where a tool is missing or does not take the module: sizes are an extra
 */
export async function codeSizes(
  tools: Toolchain,
  ir: string,
  lowering: Lowering | undefined,
): Promise<CodeSizes | undefined> {
  const workspace = new Workspace();
  try {
    const module = workspace.file('.ll');
    const assembly = workspace.file('.s');
    const object = workspace.file('.o');
    writeText(module, ir);
    const clang = async (...args: string[]): Promise<boolean> =>
      succeeded((await capture({ program: tools.clang, args })).exit);
    if (!(await clang(...CODE_GENERATION, '-S', module, '-o', assembly))) return undefined;
    if (lowering === 'addr32') {
      const { text } = confineAssembly(readSource(assembly, assembly));
      if (text === undefined) return undefined;
      writeText(assembly, text);
    }
    if (!(await clang('--target=x86_64-linux-musl', '-c', assembly, '-o', object)))
      return undefined;
    const args = ['--defined-only', '--print-size', '--format=posix', object];
    const { exit, stdout } = await capture({ program: tools.tool('llvm-nm'), args });
    return succeeded(exit) ? readSizes(stdout) : undefined;
  } finally {
    workspace.remove();
  }
}

/** Lines `NAME KIND ADDRESS SIZE`; a name may hold spaces. */
function readSizes(text: string): CodeSizes {
  const sizes = new Map<string, number>();
  for (const [, name = '', size = ''] of text.matchAll(/^(.*) [tTwWvV] [\da-f]+ ([\da-f]+)$/gm)) {
    sizes.set(name, Number.parseInt(size, 16));
  }
  return sizes;
}
