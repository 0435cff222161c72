/**
 * Running the programs that build the sysroot: texts go in and out by pipes, so that there are no temporary files.
 */
import { spawn } from 'node:child_process';

/** What a program wrote and how it ended. */
export interface ToolResult {
  readonly ok: boolean;
  readonly stdout: Buffer;
  /** What the program said, or why it could not be started. */
  readonly message: string;
}

/** Runs a program to its end, in `folder` if one is given. Never rejects: a program that is missing is a result as well. */
export function runTool(
  command: string,
  parameters: readonly string[],
  input?: Buffer | string,
  folder?: string,
): Promise<ToolResult> {
  return new Promise((resolve) => {
    const child = spawn(command, parameters, { stdio: ['pipe', 'pipe', 'pipe'], cwd: folder });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error) => {
      resolve({ ok: false, stdout: Buffer.alloc(0), message: `${command}: ${error.message}` });
    });
    child.on('close', (code, signal) => {
      const said = Buffer.concat(stderr).toString('utf8').trim();
      const ending = signal === null ? `exit code ${code ?? 'unknown'}` : signal;
      const message = said === '' ? `${command}: ${ending}` : said;
      resolve({ ok: code === 0, stdout: Buffer.concat(stdout), message });
    });
    // A program that ends early closes its input; what it said is in the result.
    child.stdin.on('error', () => undefined);
    child.stdin.end(typeof input === 'string' ? Buffer.from(input, 'latin1') : input);
  });
}

/** Calls `work` for every item, at most `width` at a time, in their order. */
export async function forEachConcurrently<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: Math.max(1, width) }, worker));
}
