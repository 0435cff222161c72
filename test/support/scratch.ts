import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

/** How a program ended and what it wrote. */
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What a program finds. */
export interface Setting {
  /** All of its environment; ours if there is none. */
  readonly environment?: NodeJS.ProcessEnv;
  /** What it reads. */
  readonly input?: string;
  /** The folder it runs in, below the scratch folder. */
  readonly below?: string;
  /** How what it writes is read; every byte is a character of latin1, and of nothing else. */
  readonly encoding?: 'latin1' | 'utf8';
}

/** More than any program writes here, in bytes. */
const MOST_OUTPUT = 2 ** 26;

/** Our environment with our commands on the PATH, before them what is in `folders`, and other variables besides. */
export function withCommands(
  variables: Readonly<Record<string, string>> = {},
  folders: readonly string[] = [],
): NodeJS.ProcessEnv {
  const path = [resolve('bin'), ...folders, process.env['PATH']].join(':');
  return { ...process.env, PATH: path, MAKEFLAGS: '', ...variables };
}

/** A folder of its own for a test, and programs that run there. */
export class Scratch {
  readonly folder = mkdtempSync(join(tmpdir(), 'tbx-test-'));

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file and returns its path. */
  file(name: string, text: string): string {
    writeFileSync(this.path(name), text);
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'latin1');
  }

  run(program: string, words: readonly string[], setting: Setting = {}): Ran {
    const { status, stdout, stderr, error } = spawnSync(program, [...words], {
      cwd: this.path(setting.below ?? '.'),
      env: setting.environment ?? process.env,
      input: setting.input ?? '',
      encoding: setting.encoding ?? 'latin1',
      maxBuffer: MOST_OUTPUT,
    });
    if (error !== undefined) throw error;
    return { status, stdout, stderr };
  }

  /** Runs a program that has to succeed, and returns what it wrote. */
  must(program: string, words: readonly string[], setting: Setting = {}): string {
    const { status, stdout, stderr } = this.run(program, words, setting);
    if (status === 0) return stdout;
    const how = status === null ? 'is ended by a signal' : `exits ${status}`;
    throw new Error(`${program} ${words.join(' ')}\n${how}:\n${stdout}${stderr}`);
  }

  /** Runs lines of a shell, which have to succeed and to complain of nothing, and returns what they wrote. */
  shell(lines: string, environment: NodeJS.ProcessEnv): string {
    const { status, stdout, stderr } = this.run('sh', ['-euc', lines], { environment });
    expect({ lines, status, stderr }).toEqual({ lines, status: 0, stderr: '' });
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
