import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, shellLine, type Command } from '../process.js';
import { ISOLATIONS, LOWERINGS, ROOT } from '../toolchain.js';
import type { Verdict } from './trial.js';

/** llvm-stress names no target, and the tool takes no module without one. */
const TARGET = [
  'target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"',
  'target triple = "x86_64-unknown-linux-musl"',
  '',
].join('\n');

/** Exit code of the tool for errors in its input. */
const REFUSED = 1;

/**
 * Generates a module of random instructions with llvm-stress, instruments it, and lets LLVM's own assembler, verifier
 * and code generator judge the result. Such modules are full of types that no C compiler prints; what the passes
 * refuse with a diagnostic is counted as refused, a crash or IR that LLVM refuses is a failure.
 */
export async function stressTrial(seed: number, directory: string): Promise<Verdict> {
  await mkdir(directory, { recursive: true });
  const source = join(directory, 'module.ll');
  const size = 50 + (seed % 16) * 40;
  const generated = await run({
    program: 'llvm-stress-22',
    arguments: [`-seed=${seed}`, `-size=${size}`, '-o', source],
  });
  if (generated.status !== 0)
    return { kind: 'skipped', reason: 'llvm-stress ended without a module' };
  await writeFile(source, TARGET + (await readFile(source, 'latin1')), 'latin1');
  const verdict = await judge(source, directory, seed);
  if (verdict.kind !== 'failed') await rm(directory, { recursive: true, force: true });
  return verdict;
}

async function judge(source: string, directory: string, seed: number): Promise<Verdict> {
  const output = join(directory, 'module.tbx.ll');
  const isolation = ISOLATIONS[seed % 2] ?? 'data';
  const lowering = LOWERINGS[(seed >> 1) % 2] ?? 'ir';
  const instrument: Command = {
    program: join(ROOT, 'bin/tme-box'),
    arguments: [
      'instrument',
      `--isolate=${isolation}`,
      `--lowering=${lowering}`,
      source,
      '-o',
      output,
    ],
  };
  const instrumented = await run(instrument);
  const said = instrumented.stderr.toString('latin1').split('\n')[0] ?? '';
  if (instrumented.status === REFUSED && /\[TBX\d{4}\]/.test(said)) {
    return { kind: 'refused', reason: said.replace(/^.*?(error: )/, '$1') };
  }
  const judges: readonly Command[] = [
    { program: 'llvm-as-22', arguments: [output, '-o', '/dev/null'] },
    { program: 'opt-22', arguments: ['-passes=verify', '-disable-output', output] },
  ];
  if (instrumented.status !== 0) {
    return failed(instrument, instrumented.status, instrumented.stderr);
  }
  for (const command of judges) {
    const { status, stderr } = await run(command);
    if (status !== 0) return failed(command, status, stderr);
  }
  return { kind: 'passed' };
}

function failed(command: Command, status: number, stderr: Buffer): Verdict {
  const said = stderr.toString('latin1').split('\n').slice(0, 3).join(' | ');
  return { kind: 'failed', reason: `${shellLine(command)}\nexits ${status}: ${said}` };
}
