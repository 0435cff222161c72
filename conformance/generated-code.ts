/** What becomes of a module on its way to an image that the verifier judges. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../programs/process.js';
import { confineAssembly } from '../src/asm/addr32.js';
import { IMAGE_FLAGS } from '../src/driver/link.js';
import { instrument, type InstrumentOptions } from '../src/passes/pipeline.js';
import { formatDiagnostic } from '../src/text/diagnostic.js';
import { SourceText } from '../src/text/source.js';
import { type Verdict, verifyImage } from '../src/verify/image/verify.js';

export interface CodeGeneration {
  readonly clang: string;
  /** `O2` */
  readonly level: string;
  readonly isolation: InstrumentOptions['isolation'];
}

/** The outcome of a module whose image is verified. */
export const PROVEN = 'proven';

export interface Judgement {
  readonly outcome: string;
  /** What was said about it. */
  readonly lines: readonly string[];
  readonly isFailure: boolean;
}

const TARGET = `target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"
target triple = "x86_64-unknown-linux-gnu"
`;

/** Compiles a module in `folder`, whose files are written over, and verifies it. */
export async function judge(
  text: string,
  generation: CodeGeneration,
  folder: string,
): Promise<Judgement> {
  const source = targeted(text);
  if (source === undefined) return passed('of another target');
  const features = featuresOf(text);
  if (features.some((feature) => UNKNOWN.test(feature)))
    return passed('of features that the verifier does not know');
  const options = { isolation: generation.isolation, lowering: 'addr32', keyBits: 15 } as const;
  const { text: instrumented, diagnostics } = instrument(new SourceText('a.ll', source), options);
  if (instrumented === undefined) {
    const codes = diagnostics.map(({ code, message }) => `${code} ${message}`);
    return passed('refused by the passes', codes.slice(0, 1));
  }
  mkdirSync(folder, { recursive: true });
  const flags = [`-${generation.level}`, ...features];
  const generated = await generate(instrumented, generation, flags, folder);
  if (generated.error !== undefined) {
    const native = await generate(source, generation, flags, folder);
    if (native.error !== undefined) return passed('not compiled by clang');
    return failed('not compiled when instrumented', [generated.error]);
  }
  const { text: confined, diagnostics: refused } = confineAssembly(
    new SourceText('a.s', generated.text),
  );
  if (confined === undefined) {
    const lines = refused.map((diagnostic) => formatDiagnostic(diagnostic, { color: false }));
    return failed('refused by the address step', lines);
  }
  return verified(confined, generation, folder);
}

function passed(outcome: string, lines: readonly string[] = []): Judgement {
  return { outcome, lines, isFailure: false };
}

function failed(outcome: string, lines: readonly string[]): Judgement {
  return { outcome, lines, isFailure: true };
}

/** The module for x86-64 Linux, if it says nothing else of its target, nor its RUN lines. */
function targeted(text: string): string | undefined {
  const triple = /^target triple *= *"(.*)"/m.exec(text)?.[1];
  const run = /-mtriple[= ]([^ ]+)/.exec(text)?.[1];
  const wanted = triple ?? run;
  if (wanted !== undefined && !/^x86_64(?:$|.*(?:linux|unknown$|-$))/.test(wanted))
    return undefined;
  if (wanted === undefined && !/-march=x86-64/.test(text)) return undefined;
  const bare = text.replaceAll(/^target (triple|datalayout) *=.*$/gm, '');
  return `${TARGET}${bare}`;
}

/** APX, which tbx-cc refuses, and what processors had in 2011 to 2017 alone. */
const UNKNOWN = /^(?:\+(?:egpr|push2pop2|ppx|ndd|ccmp|nf|cf|zu|xop|tbm|fma4)|-march=bdver\d)$/;

/** The features and the processor that the first RUN line has code generated for. */
function featuresOf(text: string): readonly string[] {
  const line = /^;.*RUN:.*llc.*$/m.exec(text)?.[0] ?? '';
  const features = /-mattr[= ]([^ ]+)/.exec(line)?.[1]?.split(',') ?? [];
  const processor = /-mcpu[= ]([^ ]+)/.exec(line)?.[1];
  return [
    ...(processor === undefined ? [] : [`-march=${processor}`]),
    ...features.flatMap((feature) => ['-Xclang', '-target-feature', '-Xclang', feature]),
  ];
}

interface Generated {
  readonly text: string;
  readonly error: string | undefined;
}

async function generate(
  text: string,
  { clang }: CodeGeneration,
  flags: readonly string[],
  folder: string,
): Promise<Generated> {
  const [input, output] = [join(folder, 'a.ll'), join(folder, 'a.s')];
  writeFileSync(input, text, 'latin1');
  const { status, stderr } = await run({
    program: clang,
    arguments: [
      ...['-target', 'x86_64-linux-gnu', ...flags, '-fPIE', '-ffunction-sections', '-w'],
      ...['-Xclang', '-disable-llvm-passes', '-S', '-x', 'ir', input, '-o', output],
    ],
    timeoutSeconds: 120,
  });
  if (status !== 0) return { text: '', error: firstLine(stderr) };
  return { text: await readFile(output, 'latin1'), error: undefined };
}

function firstLine(stderr: Buffer): string {
  const lines = stderr.toString('latin1').split('\n');
  return lines.find((line) => /error/i.test(line)) ?? lines[0] ?? '';
}

/** Beside the `_start` of the runtime. */
const START = '__tbx_call_all';

/** Room for as much as a function may take of its callers' stack. */
const ARGUMENTS = 2048;

/** A start that calls all functions of assembly text. */
function startOf(assembly: string): string {
  const names = [...assembly.matchAll(/^\t\.type\t(.*),@function$/gm)].map(([, name = '']) => name);
  const calls = names.map((name) => `\tcall ${name}\n`).join('');
  const data = '\t.section .init_array, "aw", @progbits\n\t.quad 0\n';
  const frame = `\tsubq $${ARGUMENTS + 8}, %rsp\n`;
  return `\n${data}\t.section .text.tbx_start, "ax", @progbits\n\t.globl ${START}\n${START}:\n${frame}${calls}\tud2\n`;
}

async function verified(
  assembly: string,
  { clang, isolation }: CodeGeneration,
  folder: string,
): Promise<Judgement> {
  const text = join(folder, 'b.s');
  const object = join(folder, 'b.o');
  const image = join(folder, 'b.image');
  writeFileSync(text, `${assembly}${startOf(assembly)}`, 'latin1');
  const assembled = await run({
    program: clang,
    arguments: ['-target', 'x86_64-linux-gnu', '-c', text, '-o', object],
  });
  if (assembled.status !== 0) return failed('not assembled', [firstLine(assembled.stderr)]);
  const linked = await run({
    program: clang.replace('clang', 'ld.lld'),
    arguments: [
      ...[...IMAGE_FLAGS, '--unresolved-symbols=ignore-all'],
      ...['-T', 'runtime/guest/image.ld', '-e', START, '-o', image],
      ...[join('build/sysroot/lib', isolation, 'gate.o'), object],
    ],
  });
  if (linked.status !== 0) return passed('not linked', [firstLine(linked.stderr)]);
  return judged(await verifyImage(await readFile(image)));
}

/** What a call of a function that is nowhere defined becomes: the linker puts all such at 0. */
const UNDEFINED = /a branch to 0x0,/;

function judged({ refusals }: Verdict): Judgement {
  const found = refusals.filter(({ message }) => !UNDEFINED.test(message));
  const lines = found.map(
    ({ rule, address, instruction, message }) =>
      `${rule} 0x${(address ?? 0).toString(16)} ${instruction ?? ''}: ${message}`,
  );
  return found.length === 0 ? passed(PROVEN) : failed('NOT PROVEN', lines);
}
