import { ISOLATIONS, LOWERINGS, type Toolchain } from '../programs/toolchain.js';

/** What is measured against the baseline; `name` is the key in results.json. */
export interface Configuration {
  readonly name: string;
  readonly toolchain: Toolchain;
}

export const BASELINE: Toolchain = { kind: 'baseline', clang: 22 };

/**
 * Native too, but with the flags and the memory and string routines of sandboxed programs. Its ratio to the baseline is
 * what these are worth; a sandboxed program's ratio to it is what the confinement costs.
 */
export const MATCHED: Configuration = {
  name: 'matched',
  toolchain: { kind: 'matched', clang: 22 },
};

/** `data.addr32`, `code+data.addr32`, `data.ir`, `code+data.ir`. The libc is built in the default lowering, addr32, in all. */
export const configurations: readonly Configuration[] = LOWERINGS.flatMap((lowering) =>
  ISOLATIONS.map((isolation) => ({
    name: `${isolation}.${lowering}`,
    toolchain: { kind: 'sandboxed', clang: 22, isolation, lowering },
  })),
);
