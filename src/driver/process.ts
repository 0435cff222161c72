/** Child processes. One runs at a time: `make -j` is where parallelism belongs. */

import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import type { Command } from './plan.js';

/** How a process ended. */
export type Exit =
  | { readonly kind: 'code'; readonly code: number }
  | { readonly kind: 'signal'; readonly signal: NodeJS.Signals }
  /** It could not be started. */
  | { readonly kind: 'absent'; readonly reason: string };

export const SUCCESS: Exit = { kind: 'code', code: 0 };
export const FAILURE: Exit = { kind: 'code', code: 1 };

/** Whether a process ended without complaint. */
export function succeeded(exit: Exit): boolean {
  return exit.kind === 'code' && exit.code === 0;
}

const SIGNALS = ['SIGHUP', 'SIGINT', 'SIGTERM'] as const;

/** The signal that was caught by {@link catchSignals}, the child that it is handed to, and who else is told. */
const state: {
  caught: NodeJS.Signals | undefined;
  child: ChildProcess | undefined;
  readonly stop: AbortController;
} = {
  caught: undefined,
  child: undefined,
  stop: new AbortController(),
};

function onSignal(signal: NodeJS.Signals): void {
  state.caught = signal;
  state.child?.kill(signal);
  state.stop.abort();
}

/**
 * While `action` runs, signals that would end this process end its child instead, and no other child is started: the
 * action comes to its end, removes its temporary files, and reports the signal as its exit.
 *
 * @param action is told by its argument when a signal comes, for what it does without children
 */
export async function catchSignals(action: (stop: AbortSignal) => Promise<Exit>): Promise<Exit> {
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const exit = await action(state.stop.signal);
    // A signal that came while this process itself was at work is delivered when the event loop turns.
    await new Promise(setImmediate);
    return state.caught === undefined ? exit : { kind: 'signal', signal: state.caught };
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}

/** Runs `command` and waits for it. */
function start(
  command: Command,
  stdio: StdioOptions,
  onOutput: ((fd: 1 | 2, chunk: Buffer) => void) | undefined,
): Promise<Exit> {
  const { caught } = state;
  if (caught !== undefined) return Promise.resolve({ kind: 'signal', signal: caught });
  return new Promise((resolve) => {
    const child = spawn(command.program, [...command.args], { stdio });
    state.child = child;
    const finish = (exit: Exit): void => {
      state.child = undefined;
      resolve(exit);
    };
    child.stdout?.on('data', (chunk: Buffer) => onOutput?.(1, chunk));
    child.stderr?.on('data', (chunk: Buffer) => onOutput?.(2, chunk));
    child.on('error', ({ message }) => {
      finish({ kind: 'absent', reason: message });
    });
    child.on('close', (code, signal) => {
      finish(signal === null ? { kind: 'code', code: code ?? 1 } : { kind: 'signal', signal });
    });
  });
}

/** Runs `command` with our standard streams. */
export function run(command: Command): Promise<Exit> {
  return start(command, 'inherit', undefined);
}

export interface Captured {
  readonly exit: Exit;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `command` without input and keeps what it prints. */
export async function capture(command: Command): Promise<Captured> {
  const chunks = { 1: new Array<Buffer>(), 2: new Array<Buffer>() };
  const exit = await start(command, ['ignore', 'pipe', 'pipe'], (fd, chunk) => {
    chunks[fd].push(chunk);
  });
  return {
    exit,
    stdout: Buffer.concat(chunks[1]).toString('utf8'),
    stderr: Buffer.concat(chunks[2]).toString('utf8'),
  };
}
