import { join } from 'node:path';
import { build } from '../programs/build.js';
import { must, type Command } from '../programs/process.js';
import { lua } from '../programs/recipes/lua.js';
import { compiler, ROOT, type Toolchain } from '../programs/toolchain.js';
import { median } from './statistics.js';
import { BENCH } from './workload.js';

/** What the wrapper costs at build time. Seconds for `make`, milliseconds for single calls. */
export interface WrapperCost {
  readonly makeClang: number;
  readonly makeWrapper: number;
  readonly startUp: number;
  readonly node: number;
  readonly smallClang: number;
  readonly smallWrapper: number;
}

const NATIVE: Toolchain = { kind: 'native', clang: 22 };
const SANDBOXED: Toolchain = {
  kind: 'sandboxed',
  clang: 22,
  isolation: 'code+data',
  lowering: 'addr32',
};
const RUNS = 9;

/** Times `make CC=clang` and `make CC=tbx-cc` of Lua, one process at a time, and single calls. */
export async function wrapperCost(): Promise<WrapperCost> {
  const small = join(ROOT, 'bench/kernels/interp_switch.c');
  const object = join(BENCH, 'small.o');
  const [wrapper = '', ...words] = compiler(SANDBOXED).split(' ');
  const compileSmall = ['-O2', '-c', small, '-o', object];
  return {
    makeClang: await timeMake(NATIVE),
    makeWrapper: await timeMake(SANDBOXED),
    startUp: await milliseconds({ program: wrapper, arguments: ['--version'] }),
    node: await milliseconds({ program: 'node', arguments: ['-e', '0'] }),
    smallClang: await milliseconds({ program: 'clang-22', arguments: compileSmall }),
    smallWrapper: await milliseconds({ program: wrapper, arguments: [...words, ...compileSmall] }),
  };
}

async function timeMake(toolchain: Toolchain): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const built = await build(lua, toolchain, '-O2', { checkIr: false, again: true });
    if (built.kind === 'failed') throw new Error(built.log);
    if (built.seconds !== 'cached') times.push(built.seconds);
  }
  return median(times);
}

async function milliseconds(command: Command): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const begun = performance.now();
    await must(command);
    times.push(performance.now() - begun);
  }
  return median(times);
}
