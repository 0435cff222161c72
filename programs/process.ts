import { spawn } from 'node:child_process';
import { createReadStream } from 'node:fs';

/** One process to run. `input` is a file that becomes its standard input; without it standard input is empty. */
export interface Command {
  readonly program: string;
  readonly arguments: readonly string[];
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  readonly timeoutSeconds?: number;
}

/** What a process left: `status` is its exit code, or 128 + n when signal n ended it, as a shell counts. */
export interface Outcome {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: Buffer;
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = {
  SIGABRT: 6,
  SIGALRM: 14,
  SIGBUS: 7,
  SIGFPE: 8,
  SIGILL: 4,
  SIGKILL: 9,
  SIGPIPE: 13,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGTRAP: 5,
};

/** Runs a command to its end. A program that cannot be started has status 127 and says why on its `stderr`. */
export function run(command: Command): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command.program, [...command.arguments], {
      cwd: command.directory,
      env: { ...process.env, ...command.environment },
      stdio: 'pipe',
      timeout: (command.timeoutSeconds ?? 0) * 1000,
      killSignal: 'SIGKILL',
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A child that ends without reading all of its input closes the pipe: that is its right.
    child.stdin.on('error', () => undefined);
    if (command.input === undefined) child.stdin.end();
    else createReadStream(command.input).pipe(child.stdin);
    child.on('error', (error) => {
      resolve({ status: 127, stdout: Buffer.alloc(0), stderr: Buffer.from(error.message) });
    });
    child.on('close', (code, signal) => {
      const status = code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0);
      resolve({ status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr) });
    });
  });
}

/** A command as a person would type it, for reports. */
export function shellLine(command: Command): string {
  return [command.program, ...command.arguments]
    .map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

/** What a command writes that has to succeed. @throws an Error with the command and its messages when it fails. */
export async function must(command: Command): Promise<Buffer> {
  const { status, stdout, stderr } = await run(command);
  if (status === 0) return stdout;
  throw new Error(`${shellLine(command)}\nexits ${status}:\n${stderr.toString('latin1')}`);
}

/** Runs `task` over `items`, at most `width` at a time, and keeps the order of the results. */
export async function pooled<Item, Result>(
  items: readonly Item[],
  width: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const queue = items.map((item, index) => ({ item, index }));
  const results: { readonly index: number; readonly result: Result }[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results.push({ index: next.index, result: await task(next.item) });
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results.sort((a, b) => a.index - b.index).map(({ result }) => result);
}
