/** A copy of integrations/, and the tools that are run there. */
import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Ran, Scratch, type Setting } from '../support/scratch.js';

export const INTEGRATIONS = resolve('integrations');

export class ScratchCopy {
  readonly #scratch = new Scratch();
  readonly folder = this.#scratch.folder;

  constructor() {
    cpSync(INTEGRATIONS, this.folder, { recursive: true, verbatimSymlinks: true });
  }

  remove(): void {
    this.#scratch.remove();
  }

  /** Runs a tool in a folder of the copy, with bin/ on the PATH and no settings of this machine's. */
  try(
    below: string,
    words: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    input = '',
  ): Ran {
    const [program = '', ...rest] = words;
    return this.#scratch.run(program, rest, this.#setting(below, variables, input));
  }

  /** The same, of a tool that has to succeed: what it writes. */
  run(
    below: string,
    words: readonly string[],
    variables: Readonly<Record<string, string>> = {},
    input = '',
  ): string {
    const [program = '', ...rest] = words;
    return this.#scratch.must(program, rest, this.#setting(below, variables, input));
  }

  #setting(below: string, variables: Readonly<Record<string, string>>, input: string): Setting {
    const path = `${resolve('bin')}:${process.env['PATH'] ?? ''}`;
    const own = { PATH: path, HOME: this.folder, TME_BOX: resolve('.') };
    return { below, input, encoding: 'utf8', environment: { ...own, ...variables } };
  }
}
