/** The `.ll` files under fixtures/ir, and LLVM's own tools to judge by. */
import { spawnSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SourceText, formatDiagnostic, parseBody, parseModule } from '../../src/ir/index.js';
import type { Diagnostic, FunctionBody, Module, Parsed } from '../../src/ir/index.js';
import { printVerbatim } from './verbatim.js';

const MAXIMUM_OUTPUT = 2 ** 30;
const FOLDER = join(import.meta.dirname, '../../fixtures/ir');

export type Version = '19' | '22';

export interface Fixture {
  readonly name: string;
  readonly source: SourceText;
  /** The versions of LLVM that know the syntax: `; llvm: 22` in the first line, else all. */
  readonly versions: readonly Version[];
}

export function fixtures(): Fixture[] {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith('.ll'));
  return names.map((name) => {
    const text = readFileSync(join(FOLDER, name), 'latin1');
    const listed = /^; llvm: (.*)$/m.exec(text)?.[1]?.trim().split(' ');
    const versions = (['19', '22'] as const).filter((version) => listed?.includes(version) ?? true);
    return { name, source: new SourceText(name, text), versions };
  });
}

/** The value, or a failed test that shows the diagnostics. */
export function valueOf<T>(parsed: Parsed<T>): T {
  if (parsed.value === undefined) throw new Error(show(parsed.diagnostics));
  return parsed.value;
}

export function show(diagnostics: readonly Diagnostic[]): string {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false })).join('');
}

export function moduleOf(text: string, path = 'a.ll'): Module {
  return valueOf(parseModule(new SourceText(path, text)));
}

export function bodiesOf(module: Module): FunctionBody[] {
  const defined = [...module.functions.values()].filter(({ body }) => body !== undefined);
  return defined.map((fn) => valueOf(parseBody(module, fn)));
}

/** The text again, of its blocks. */
export function reprinted(module: Module): string {
  return printVerbatim(module, bodiesOf(module));
}

/** What llvm-dis makes of a module, or llvm-as's complaint. */
export function disassembly(text: string, version: Version): string {
  const assembler = run(`llvm-as-${version}`, Buffer.from(text, 'latin1'));
  if (assembler.error !== undefined) return assembler.error;
  const disassembler = run(`llvm-dis-${version}`, assembler.output);
  return disassembler.error ?? disassembler.output.toString('latin1');
}

/** What differs between two texts that must be one module to llvm-as; undefined if nothing does. */
export function difference(text: string, other: string, version: Version): string | undefined {
  const [one, two] = [text, other].map((each) =>
    run(`llvm-as-${version}`, Buffer.from(each, 'latin1')),
  );
  const error = one?.error ?? two?.error;
  if (error !== undefined || one === undefined || two === undefined) return error;
  // Equal bitcode is equal however much of it llvm-dis can read.
  if (one.output.equals(two.output)) return undefined;
  const same = disassembly(text, version) === disassembly(other, version);
  return same ? undefined : 'llvm-dis shows two modules';
}

function run(tool: string, input: Buffer): { output: Buffer; error: string | undefined } {
  const { status, stdout, stderr } = spawnSync(tool, ['-o', '-', '-'], {
    input,
    maxBuffer: MAXIMUM_OUTPUT,
  });
  return {
    output: stdout,
    error: status === 0 ? undefined : `error: ${stderr.toString('latin1')}`,
  };
}
