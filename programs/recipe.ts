import type { Command } from './process.js';

/** What a recipe needs to know to build: `cc` may be several words, `optimisation` is `-O0` … `-O3`. */
export interface BuildSetting {
  readonly cc: string;
  /** A compiler whose programs run while building (generators of source text). */
  readonly buildCc: string;
  readonly optimisation: string;
}

/** A step of a build, run in the program's folder. */
export type BuildStep = Pick<Command, 'program' | 'arguments' | 'environment'>;

/**
 * One use of a built program. In `arguments`, `@IN@` is the folder of inputs (read only) and `@OUT@` an empty folder
 * that the program may write to: real paths natively, granted directories in the sandbox.
 */
export interface Use {
  readonly title: string;
  /** The executable, relative to the folder of the build. */
  readonly program: string;
  readonly arguments: readonly string[];
  /** A file of the folder of inputs for standard input. */
  readonly input?: string;
  /** Files left in `@OUT@` that must be equal too. */
  readonly files?: readonly string[];
  /** Standard output must be this file of the folder of inputs, whatever the native program says. */
  readonly restores?: string;
}

/** A real program: its source package, its own build system, and what it is then asked to do. */
export interface Recipe {
  readonly name: string;
  /** Debian's source package. */
  readonly sourcePackage: string;
  /** Patches of Debian's that replace the program's own build system, taken back in this order. */
  readonly withoutPatches: readonly string[];
  readonly build: (setting: BuildSetting) => readonly BuildStep[];
  /** The executables, relative to the folder of the build. */
  readonly programs: readonly string[];
  readonly uses: readonly Use[];
}
