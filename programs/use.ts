import { mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { INPUTS } from './inputs.js';
import { run, type Command, type Outcome } from './process.js';
import type { Use } from './recipe.js';
import { RUNNER, type Toolchain } from './toolchain.js';

/** Longer than any use takes at -O0 on a slow machine; a hang is a failure, not a wait. */
const TIMEOUT_SECONDS = 300;

/** What a use of a program produced: all that must be equal. */
export interface UseResult {
  readonly outcome: Outcome;
  readonly files: readonly Buffer[];
}

/**
 * Runs one use of the program built in `directory`. Both ways see the same paths: in the sandbox the folder of inputs
 * is granted read-only and the output folder writable, under their own names.
 */
export async function runUse(
  use: Use,
  directory: string,
  toolchain: Toolchain,
): Promise<UseResult> {
  // The same path for both, so that a message that quotes it is the same too.
  const out = join(directory, 'tbx-out');
  await rm(out, { recursive: true, force: true });
  await mkdir(out);
  const outcome = await run(useCommand(use, directory, out, toolchain));
  const files = await Promise.all(
    (use.files ?? []).map((name) => readFile(join(out, name)).catch(() => Buffer.alloc(0))),
  );
  return { outcome, files };
}

/** What runs a use of the program built in `directory`; `out` is the folder that it may write to. */
export function useCommand(
  use: Use,
  directory: string,
  out: string,
  toolchain: Toolchain,
): Command {
  const words = use.arguments.map((word) => word.replace('@IN@', INPUTS).replace('@OUT@', out));
  const program = join(directory, use.program);
  const common = {
    directory,
    timeoutSeconds: TIMEOUT_SECONDS,
    ...(use.input === undefined ? {} : { input: join(INPUTS, use.input) }),
  };
  switch (toolchain.kind) {
    case 'native':
    case 'baseline':
    case 'matched':
      return { ...common, program, arguments: words };
    case 'sandboxed':
      return {
        ...common,
        program: RUNNER,
        arguments: [
          '--env=HOME',
          ...(toolchain.lowering === 'ir' ? ['--accept-unverified'] : []),
          `--dir=${INPUTS}::${INPUTS}`,
          `--dir-rw=${out}::${out}`,
          '--',
          program,
          ...words,
        ],
      };
  }
}

/** Says how a sandboxed use differs from the native one; undefined when every byte is equal. */
export async function difference(
  use: Use,
  native: UseResult,
  sandboxed: UseResult,
): Promise<string | undefined> {
  if (native.outcome.status !== sandboxed.outcome.status) {
    return `exit ${sandboxed.outcome.status}, native ${native.outcome.status}: ${lastLine(sandboxed.outcome.stderr)}`;
  }
  if (!native.outcome.stdout.equals(sandboxed.outcome.stdout)) {
    return `standard output differs at byte ${firstDifference(native.outcome.stdout, sandboxed.outcome.stdout)}`;
  }
  const paths = (text: Buffer): string =>
    text.toString('latin1').replace(/\/[^\s:]*\/build\/programs\/[^\s:]*/g, '…');
  if (paths(native.outcome.stderr) !== paths(sandboxed.outcome.stderr)) {
    return `standard error differs: ${lastLine(sandboxed.outcome.stderr)}`;
  }
  const file = native.files.findIndex(
    (bytes, i) => !bytes.equals(sandboxed.files[i] ?? Buffer.alloc(0)),
  );
  if (file >= 0) return `file ${use.files?.[file] ?? ''} differs`;
  if (use.restores === undefined) return undefined;
  const original = await readFile(join(INPUTS, use.restores));
  return original.equals(sandboxed.outcome.stdout) ? undefined : `not the bytes of ${use.restores}`;
}

function lastLine(text: Buffer): string {
  return text.toString('latin1').trimEnd().split('\n').at(-1) ?? '';
}

function firstDifference(a: Buffer, b: Buffer): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i++) if (a[i] !== b[i]) return i;
  return shorter;
}
