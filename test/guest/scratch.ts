import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How a program ended and what it wrote. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for each test file. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'tbx-guest-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file and returns its path. */
  file(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  run(
    program: string,
    words: readonly string[],
    environment: NodeJS.ProcessEnv = process.env,
  ): Ran {
    const { status, stdout, stderr } = spawnSync(program, [...words], {
      cwd: this.folder,
      env: environment,
      encoding: 'latin1',
    });
    return { status, stdout, stderr };
  }

  /** Runs a program that has to succeed, and returns what it wrote. */
  must(program: string, words: readonly string[]): string {
    const { status, stdout, stderr } = this.run(program, words);
    if (status === 0) return stdout;
    throw new Error(`${program} ${words.join(' ')}\nexits ${status ?? 'by a signal'}:\n${stderr}`);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
