import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BUILD } from '../programs/toolchain.js';

const FOLDER = join(BUILD, 'examples', 'workers');

/** A running server of examples/workers. */
export interface WorkerServer {
  readonly url: string;
  /** The processor time in seconds that it has used so far, with its processes. */
  readonly cpuSeconds: () => Promise<number>;
  readonly stop: () => Promise<void>;
}

/** Reads the lines of a process until one matches. @throws when it ends before. */
async function awaited(lines: AsyncIterator<string>, pattern: RegExp): Promise<string> {
  for (;;) {
    const line = await lines.next();
    if (line.done === true) throw new Error(`the server ended before it said ${pattern.source}`);
    const found = pattern.exec(line.value)?.[1];
    if (found !== undefined) return found;
  }
}

function start(way: string, tenants: number): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const words = [way, String(tenants), join(FOLDER, 'handler.tbx')];
  return spawn(join(FOLDER, 'server'), words, { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Starts the server with so many tenants, whose code runs in one of the ways of examples/workers/tenants.h. */
export async function startServer(way: string, tenants: number): Promise<WorkerServer> {
  const server = start(way, tenants);
  const lines = createInterface(server.stdout)[Symbol.asyncIterator]();
  const port = await awaited(lines, /^listening on (\d+)$/);
  const url = `http://127.0.0.1:${port}`;
  const cpuSeconds = async (): Promise<number> => Number(await (await fetch(`${url}/cpu`)).text());
  const stop = async (): Promise<void> => {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
  };
  return { url, cpuSeconds, stop };
}
