import { ISOLATIONS, LOWERINGS, type Toolchain } from '../programs/toolchain.js';

/** What is measured against the baseline; `name` is the key in results.json. */
export interface Configuration {
  readonly name: string;
  readonly toolchain: Toolchain;
  /** The native program with the same flags and routines that it is compared with; its name. */
  readonly twin?: string;
}

export const BASELINE: Toolchain = { kind: 'baseline', clang: 22 };

/**
 * Native too, but with the flags and the memory and string routines of sandboxed programs. Its ratio to the baseline is
 * what these are worth; a sandboxed program's ratio to it is what the confinement costs.
 */
const MATCHED: Configuration = {
  name: 'matched',
  toolchain: { kind: 'matched', clang: 22 },
};

/** The twin of programs that are compiled as a whole: so is this one. */
const MATCHED_LTO: Configuration = {
  name: 'matched.lto',
  toolchain: { kind: 'matched', clang: 22, lto: true },
};

/**
 * `data.addr32`, `code+data.addr32`, `data.ir`, `code+data.ir`, and `code+data.addr32.lto`: compiled as a whole (`-flto`).
 * The libc is built in the default lowering, addr32, in all.
 */
export const configurations: readonly Configuration[] = [
  ...LOWERINGS.flatMap((lowering) =>
    ISOLATIONS.map((isolation) => ({
      name: `${isolation}.${lowering}`,
      toolchain: { kind: 'sandboxed', clang: 22, isolation, lowering } as const,
      twin: MATCHED.name,
    })),
  ),
  {
    name: 'code+data.addr32.lto',
    toolchain: {
      kind: 'sandboxed',
      clang: 22,
      isolation: 'code+data',
      lowering: 'addr32',
      lto: true,
    },
    twin: MATCHED_LTO.name,
  },
];

/** The configurations and, before them, their native twins. */
export function withTwins(chosen: readonly Configuration[]): readonly Configuration[] {
  const needsLto = chosen.some(({ twin }) => twin === MATCHED_LTO.name);
  return [MATCHED, ...(needsLto ? [MATCHED_LTO] : []), ...chosen];
}
