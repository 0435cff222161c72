/**
 * A fixture of the passes: a module, how to instrument it, and what is expected, all in one `.ll` file.
 *
 *     ; RUN: addr32 data CHECK          lowering, isolation, prefix of the lines that are checked; several are allowed
 *     ; LLVM: 22                        versions that accept the module; 19 and 22 where there is no such line
 *     ; ASM: -mavx2                     flags to generate code with, for the check of its operands; several are allowed
 *     ; ERROR: [TBX0201] message        behind an instruction: it is refused like this, and no text comes out
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { confineAssembly } from '../../src/asm/addr32.js';
import { instrument, type InstrumentOptions } from '../../src/passes/pipeline.js';
import { formatDiagnostic } from '../../src/text/diagnostic.js';
import { SourceText } from '../../src/text/source.js';
import { strayOperands } from './stray-operands.js';

export interface Run {
  readonly options: InstrumentOptions;
  readonly prefix: string;
}

export class Fixture {
  readonly text: string;
  readonly #source: SourceText;

  constructor(path: string) {
    this.text = readFileSync(path, 'latin1');
    this.#source = new SourceText(path, this.text);
  }

  get runs(): readonly Run[] {
    return [...this.text.matchAll(/^; RUN: (addr32|ir) (data|code\+data) (\w+)$/gm)].map(
      (match) => ({
        options: {
          lowering: match[1] === 'ir' ? 'ir' : 'addr32',
          isolation: match[2] === 'data' ? 'data' : 'code+data',
          keyBits: 15,
        },
        prefix: match[3] ?? '',
      }),
    );
  }

  get versions(): readonly string[] {
    return /^; LLVM: (.*)$/m.exec(this.text)?.[1]?.split(' ') ?? ['19', '22'];
  }

  /** Flags of each code generation that is wanted. */
  get codeGenerations(): readonly (readonly string[])[] {
    const stated = [...this.text.matchAll(/^; ASM: (.*)$/gm)].map(([, flags = '']) =>
      flags.split(' '),
    );
    return stated.length > 0 ? stated : [['-O1'], ['-O2']];
  }

  /** `line: [code] message` of each expected error. */
  get errors(): readonly string[] {
    return this.text.split('\n').flatMap((line, index) => {
      const expected = /; ERROR: (\[TBX\d+\] .*)$/.exec(line)?.[1];
      return expected === undefined ? [] : [`${index + 1}: ${expected}`];
    });
  }

  /** The instrumented text, or the errors in the form of {@link errors}. */
  instrument({ options }: Run): { readonly text: string } | { readonly errors: readonly string[] } {
    const { text, diagnostics } = instrument(this.#source, options);
    if (text !== undefined) return { text };
    return {
      errors: diagnostics.map(({ code, message, span }) => {
        const line = span === undefined ? 0 : this.#source.position(span.start).line;
        return `${line}: [${code}] ${message}`;
      }),
    };
  }
}

/** What LLVM's own reader and verifier say; empty when they accept the text. */
export function judgeByLlvm(text: string, version: string): string {
  const options = ['-passes=verify', '-disable-output', '-'];
  return runTool(`opt-${version}`, options, text).stderr;
}

/** Operands that leave the window in the machine code of an instrumented module. */
export function judgeCode(
  text: string,
  version: string,
  flags: readonly string[],
  run: Run,
): readonly string[] {
  const code = ['-fPIE', '-w', '-Xclang', '-disable-llvm-passes', '-S', '-x', 'ir', '-', '-o', '-'];
  const { stdout, stderr } = runTool(`clang-${version}`, [...flags, ...code], text);
  if (stdout === '') return [stderr];
  if (run.options.lowering === 'ir') return strayOperands(stdout, 'ir');
  const { text: confined, diagnostics } = confineAssembly(new SourceText('a.s', stdout));
  if (confined !== undefined) return strayOperands(confined, 'addr32');
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false }));
}

function runTool(
  program: string,
  options: readonly string[],
  input: string,
): { readonly stdout: string; readonly stderr: string } {
  const { stdout, stderr, status, error } = spawnSync(program, [...options], {
    input,
    encoding: 'latin1',
  });
  if (error !== undefined) return { stdout: '', stderr: error.message };
  return {
    stdout,
    stderr: status === 0 ? '' : `${program} ended with ${String(status)}: ${stderr}`,
  };
}
