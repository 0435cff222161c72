/**
 * From a source file to its confined object: front end, passes, code generator, assembler step, assembler.
 *
 *     a.c ─ clang -emit-llvm ─ .ll ─ instrument ─ .tbx.ll ─ llc ─ .s ─ confineAssembly ─ .tbx.s ─ llvm-mc ─ .o
 *
 * The front end runs once for all isolation levels. Two steps are cached: the .ll by what the front end reads, the
 * object by the instrumented text. So a change of the passes costs only the code generation of what it changes.
 */
import { readFileSync } from 'node:fs';
import { confineAssembly } from '../asm/addr32.js';
import type { InstrumentOptions } from '../passes/options.js';
import { SourceText } from '../text/source.js';
import type { Diagnostic } from '../text/diagnostic.js';
import type { ContentCache } from './sysroot-cache.js';
import { hashOf } from './sysroot-cache.js';
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
  /** The version text of clang: objects of another one are not taken from the cache. */
  readonly clangVersion: string;
  /** The hash of the headers that the unit may include. */
  readonly headersOf: (unit: SysrootUnit) => string;
  /** The hash of the assembler step and whatever else of the tool is behind the passes. */
  readonly toolVersion: string;
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
/** Code has no unwinder to serve and no stack that the sandbox could smash. */
const COMMON_FLAGS = [
  '-O2',
  '-fPIE',
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
  const { cache, toolchain, clangVersion } = compilation;
  const flags = [TARGET, ...COMMON_FLAGS, ...unit.flags, '-x', unit.language];
  const key = hashOf([
    ...['ir', clangVersion, compilation.headersOf(unit), flags.join('\0')],
    readFileSync(unit.path),
  ]);
  const name = `${unit.path}.ll`;
  const cached = cache.read(key);
  if (cached !== undefined) {
    return { source: new SourceText(name, cached.toString('latin1')), diagnostics: [] };
  }
  const result = await runTool(toolchain.clang, [
    ...flags,
    '-S',
    '-emit-llvm',
    unit.path,
    '-o',
    '-',
  ]);
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
  const { cache, clangVersion, toolVersion, lowering, keyBits } = compilation;
  const instrumented = compilation.instrument(source, { isolation, lowering, keyBits });
  if (instrumented.text === undefined) {
    return { object: undefined, diagnostics: instrumented.diagnostics };
  }
  const key = hashOf(['object', clangVersion, toolVersion, lowering, instrumented.text]);
  const cached = cache.read(key);
  if (cached !== undefined) return { object: cached, diagnostics: instrumented.diagnostics };
  const generated = await generateObject(source.path, instrumented.text, compilation);
  if (generated.object !== undefined) cache.write(key, generated.object);
  return generated;
}

async function generateObject(
  path: string,
  ir: string,
  { toolchain, lowering }: Compilation,
): Promise<CompiledUnit> {
  const back = await runTool(toolchain.tool('llc'), [...CODE_GENERATOR_FLAGS, '-', '-o', '-'], ir);
  if (!back.ok) return failed(path, back.message);
  const assembly = new SourceText(path.replace(/ll$/, 's'), back.stdout.toString('latin1'));
  const confined =
    lowering === 'addr32' ? confineAssembly(assembly) : { text: assembly.text, diagnostics: [] };
  if (confined.text === undefined) return { object: undefined, diagnostics: confined.diagnostics };
  return assemble(path, confined.text, toolchain);
}

/** Assembles a text. `path` is the name that errors are told with. */
export async function assemble(
  path: string,
  text: string,
  toolchain: Toolchain,
): Promise<CompiledUnit> {
  const flags = [...ASSEMBLER_FLAGS, '-', '-o', '-'];
  const assembled = await runTool(toolchain.tool('llvm-mc'), flags, text);
  if (!assembled.ok) return failed(path, assembled.message);
  return { object: assembled.stdout, diagnostics: [] };
}

function failed(path: string, message: string): CompiledUnit {
  return { object: undefined, diagnostics: [sysrootError('TBX0602', `${path}: ${message}`)] };
}
