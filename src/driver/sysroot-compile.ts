/**
 * From a source file to its confined object: front end, passes, code generator, assembler step, assembler.
 *
 *     a.c ─ clang -emit-llvm ─ .ll ─ instrument ─ .tbx.ll ─ llc ─ .s ─ confineAssembly ─ .tbx.s ─ llvm-mc ─ .o
 *
 * The front end runs once for all isolation levels. What the programs make is kept by what they read, so a change of
 * the passes costs only the code generation of the units that come out differently.
 */
import { readFileSync } from 'node:fs';
import { confineAssembly, type ConfinedAssembly } from '../asm/addr32.js';
import type { InstrumentOptions } from '../passes/options.js';
import { SourceText } from '../text/source.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { ContentCache } from './content-cache.js';
import { hashOf } from './content-cache.js';
import { runTool } from './sysroot-tools.js';
import type { SysrootUnit } from './sysroot-units.js';
import type { Toolchain } from './toolchain.js';

/** The isolation levels, each of which has libraries of its own. */
export const ISOLATIONS = ['data', 'code+data'] as const;
export type Isolation = InstrumentOptions['isolation'];

/** Instruments the text of a module. */
export type InstrumentUnit = (
  source: SourceText,
  options: InstrumentOptions,
) => { readonly text: string | undefined; readonly diagnostics: readonly Diagnostic[] };

/** What compiling a unit needs beside the unit. */
export interface Compilation {
  readonly toolchain: Toolchain;
  /** The folder that clang runs in. Paths below it are told relative to it, so that every clone makes the same bytes. */
  readonly root: string;
  /** The version text of clang: objects of another one are not taken from the cache. */
  readonly clangVersion: string;
  /** The hash of the headers that the unit may include. */
  readonly headersOf: (unit: SysrootUnit) => string;
  readonly lowering: InstrumentOptions['lowering'];
  readonly keyBits: number;
  readonly cache: ContentCache;
  readonly instrument: InstrumentUnit;
}

/** The object of a unit at a level, or why there is none. */
export interface CompiledUnit {
  readonly object: Buffer | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

const TARGET = '--target=x86_64-linux-musl';
/**
 * Code has no unwinder to serve and no stack that the sandbox could smash. It is generated position-independent, but
 * optimised for fixed addresses, which data has: for others LLVM makes tables of distances (llvm.load.relative).
 */
const FRONT_FLAGS = [
  '-O2',
  '-fno-pic',
  '-fno-stack-protector',
  '-fno-asynchronous-unwind-tables',
  '-fno-unwind-tables',
];
/**
 * The code generator by itself: what clang's back end would do with `-O2 -fPIE -Xclang -disable-llvm-passes`, in two
 * thirds of the time, as most of these units are so small that starting the program is what counts.
 */
const CODE_GENERATOR_FLAGS = [
  '-O2',
  '-relocation-model=pic',
  '-function-sections',
  '-data-sections',
];
const ASSEMBLER_FLAGS = ['-filetype=obj', '-triple=x86_64-linux-musl'];

/** An error of the sysroot build itself, told by the program that failed. */
export function sysrootError(code: Diagnostic['code'], message: string): Diagnostic {
  return { code, severity: 'error', message, notes: [] };
}

/** The unit's IR, before any pass. */
export async function emitIr(
  unit: SysrootUnit,
  compilation: Compilation,
): Promise<{
  readonly source: SourceText | undefined;
  readonly diagnostics: readonly Diagnostic[];
}> {
  const { cache, toolchain, clangVersion, root } = compilation;
  const relative = (word: string): string => word.replace(`${root}/`, '');
  const flags = [TARGET, ...FRONT_FLAGS, ...unit.flags.map(relative), '-x', unit.language];
  const key = hashOf([
    ...['ir', clangVersion, compilation.headersOf(unit), flags.join('\0'), relative(unit.path)],
    readFileSync(unit.path),
  ]);
  const name = `${unit.path}.ll`;
  const cached = cache.read(key);
  if (cached !== undefined) {
    return { source: new SourceText(name, cached.toString('latin1')), diagnostics: [] };
  }
  const parameters = [...flags, '-S', '-emit-llvm', relative(unit.path), '-o', '-'];
  const result = await runTool(toolchain.clang, parameters, undefined, root);
  if (!result.ok)
    return { source: undefined, diagnostics: [sysrootError('TBX0601', result.message)] };
  cache.write(key, result.stdout);
  return { source: new SourceText(name, result.stdout.toString('latin1')), diagnostics: [] };
}

/** Instruments a unit's IR for one level and generates its object. */
export async function emitObject(
  source: SourceText,
  isolation: Isolation,
  compilation: Compilation,
): Promise<CompiledUnit> {
  const { lowering, keyBits } = compilation;
  const instrumented = compilation.instrument(source, { isolation, lowering, keyBits });
  if (instrumented.text === undefined) {
    return { object: undefined, diagnostics: instrumented.diagnostics };
  }
  const generated = await generateAssembly(source.path, instrumented.text, compilation);
  const assembly = generated.content?.toString('latin1');
  if (assembly === undefined) return { object: undefined, diagnostics: generated.diagnostics };
  const confined = confine(new SourceText(source.path.replace(/ll$/, 's'), assembly), lowering);
  if (confined.text === undefined) return { object: undefined, diagnostics: confined.diagnostics };
  const { object, diagnostics } = await assemble(source.path, confined.text, compilation);
  return { object, diagnostics: [...instrumented.diagnostics, ...diagnostics] };
}

function confine(assembly: SourceText, lowering: Compilation['lowering']): ConfinedAssembly {
  return lowering === 'addr32'
    ? confineAssembly(assembly)
    : { text: assembly.text, diagnostics: [] };
}

function generateAssembly(path: string, ir: string, compilation: Compilation): Promise<Step> {
  return runStep(path, 'llc', [...CODE_GENERATOR_FLAGS, '-', '-o', '-'], ir, compilation);
}

/** Assembles a text. `path` is the name that errors are told with. */
export async function assemble(
  path: string,
  text: string,
  compilation: Compilation,
): Promise<CompiledUnit> {
  const flags = [...ASSEMBLER_FLAGS, '-', '-o', '-'];
  const { content, diagnostics } = await runStep(path, 'llvm-mc', flags, text, compilation);
  return { object: content, diagnostics };
}

/** What a program made of a text, or why it made nothing. */
interface Step {
  readonly content: Buffer | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Runs a program of the toolchain on a text, unless it is known what it makes of it. */
async function runStep(
  path: string,
  name: string,
  flags: readonly string[],
  input: string,
  { cache, clangVersion, toolchain }: Compilation,
): Promise<Step> {
  const key = hashOf([name, clangVersion, flags.join('\0'), input]);
  const cached = cache.read(key);
  if (cached !== undefined) return { content: cached, diagnostics: [] };
  const result = await runTool(toolchain.tool(name), flags, input);
  if (!result.ok) {
    const diagnostics = [sysrootError('TBX0602', `${path}: ${result.message}`)];
    return { content: undefined, diagnostics };
  }
  cache.write(key, result.stdout);
  return { content: result.stdout, diagnostics: [] };
}
