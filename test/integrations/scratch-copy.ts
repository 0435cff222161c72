/** A copy of integrations/, and the tools that are run there. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export const INTEGRATIONS = resolve('integrations');

/** How a tool ended and what it said. */
export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class ScratchCopy {
  readonly folder = mkdtempSync(join(tmpdir(), 'tbx-integrations-'));

  constructor() {
    cpSync(INTEGRATIONS, this.folder, { recursive: true, verbatimSymlinks: true });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  /** Runs a tool in a folder of the copy, with bin/ on the PATH and no settings of this machine's. */
  try(
    below: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    input = '',
  ): Said {
    const [program = '', ...rest] = words;
    const path = `${resolve('bin')}:${process.env['PATH'] ?? ''}`;
    const env = { PATH: path, HOME: this.folder, TME_BOX: resolve('.'), ...environment };
    const options = { cwd: join(this.folder, below), env, input, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(program, rest, options);
    return { status, stdout, stderr };
  }

  /** The same, of a tool that has to succeed. */
  run(
    below: string,
    words: readonly string[],
    environment: Readonly<Record<string, string>> = {},
    input = '',
  ): string {
    const { status, stdout, stderr } = this.try(below, words, environment, input);
    if (status === 0) return stdout;
    throw new Error(`${words.join(' ')} exits ${status ?? 'by a signal'}:\n${stdout}${stderr}`);
  }
}
