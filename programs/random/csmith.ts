import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { run, shellLine, type Command, type Outcome } from '../process.js';
import { compiler, ISOLATIONS, type Toolchain } from '../toolchain.js';
import type { Verdict } from './trial.js';

/** Where Debian's package csmith puts its headers. */
const HEADERS = '/usr/include/csmith';
const LEVELS = ['-O0', '-O1', '-O2', '-O3'] as const;
/** A program that runs longer natively is left out: a sandboxed one at -O0 would take minutes. */
const NATIVE_SECONDS = 3;
const SANDBOXED_SECONDS = 60;

/** The levels of a seed: all eight combinations come up in eight seeds in a row. */
export function settingOf(seed: number): { readonly level: string; readonly toolchain: Toolchain } {
  const isolation = ISOLATIONS[seed % 2] ?? 'data';
  const level = LEVELS[(seed >> 1) % 4] ?? '-O2';
  return { level, toolchain: { kind: 'sandboxed', clang: 22, isolation, lowering: 'addr32' } };
}

/** A multiple of eight: the program that stands in for another is built at the same levels. */
const NEXT_CHOICE = 8_000_000;
const CHOICES = 20;

/** The trial of `seed`; a program that is no judge (most often it runs for ever) gives way to another. */
export async function csmithTrial(seed: number, directory: string): Promise<Verdict> {
  let verdict: Verdict = { kind: 'skipped', reason: 'not tried' };
  for (let choice = 0; choice < CHOICES && verdict.kind === 'skipped'; choice++) {
    verdict = await tryProgram(seed + choice * NEXT_CHOICE, directory);
  }
  return verdict;
}

/**
 * Generates the program of `seed` in `directory`, and compares the checksum of its variables natively and sandboxed.
 * What failed stays in the folder; what passed is removed.
 */
async function tryProgram(seed: number, directory: string): Promise<Verdict> {
  await mkdir(directory, { recursive: true });
  const source = join(directory, 'program.c');
  const generated = await run({
    program: 'csmith',
    arguments: ['--seed', String(seed), '--output', source, '--max-funcs', '8', '--builtins'],
    directory,
    timeoutSeconds: 30,
  });
  if (generated.status !== 0) return { kind: 'skipped', reason: 'csmith ended without a program' };
  const verdict = await compare(source, directory, seed);
  if (verdict.kind !== 'failed') await rm(directory, { recursive: true, force: true });
  return verdict;
}

async function compare(source: string, directory: string, seed: number): Promise<Verdict> {
  const { level, toolchain } = settingOf(seed);
  const native = join(directory, 'native');
  const nativeBuild = await run(compile({ kind: 'native', clang: 22 }, level, source, native));
  if (nativeBuild.status !== 0) return { kind: 'skipped', reason: 'clang refuses the program' };
  const expected = await start(native, directory, NATIVE_SECONDS);
  if (expected.status === 137) return { kind: 'skipped', reason: 'runs too long natively' };
  const sandboxed = join(directory, 'sandboxed');
  const command = compile(toolchain, level, source, sandboxed);
  const build = await run(command);
  if (build.status !== 0) {
    const reason = `${shellLine(command)}\nexits ${build.status}: ${firstLines(build.stderr)}`;
    return { kind: 'failed', reason };
  }
  const actual = await start(sandboxed, directory, SANDBOXED_SECONDS);
  if (actual.status === expected.status && actual.stdout.equals(expected.stdout)) {
    return { kind: 'passed' };
  }
  const reason = `${shellLine(command)}\nnative exits ${expected.status}: ${firstLines(expected.stdout)}\nsandboxed exits ${actual.status}: ${firstLines(actual.stdout)} ${firstLines(actual.stderr)}`;
  return { kind: 'failed', reason };
}

function compile(toolchain: Toolchain, level: string, source: string, output: string): Command {
  const [program = '', ...words] = compiler(toolchain).split(' ');
  return {
    program,
    arguments: [...words, level, '-w', `-I${HEADERS}`, source, '-o', output],
    timeoutSeconds: 300,
  };
}

function start(program: string, directory: string, seconds: number): Promise<Outcome> {
  return run({ program, arguments: [], directory, timeoutSeconds: seconds });
}

function firstLines(text: Buffer): string {
  return text.toString('latin1').split('\n').slice(0, 3).join(' | ');
}
