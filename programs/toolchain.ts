import { join } from 'node:path';

/** The root of the repo: every script is started there (scripts/ts.sh). */
export const ROOT = process.cwd();
export const BUILD = join(ROOT, 'build');

export const ISOLATIONS = ['data', 'code+data'] as const;
export type Isolation = (typeof ISOLATIONS)[number];
export const LOWERINGS = ['addr32', 'ir'] as const;
export type Lowering = (typeof LOWERINGS)[number];
export const CLANGS = [22, 19] as const;
export type ClangVersion = (typeof CLANGS)[number];

/** How a program is built: by plain clang for this machine, or by our wrapper for a sandbox. */
export type Toolchain =
  | { readonly kind: 'native'; readonly clang: ClangVersion }
  /** Native, linked with stock musl built by clang 22 -O2 (bench/musl-baseline.sh): what overhead is measured against. */
  | { readonly kind: 'baseline'; readonly clang: 22 }
  /** The same with the flags that tbx-cc adds, and the sandbox's memory and string routines: all but the confinement. */
  | { readonly kind: 'matched'; readonly clang: 22; readonly lto?: true }
  | {
      readonly kind: 'sandboxed';
      readonly clang: ClangVersion;
      readonly isolation: Isolation;
      readonly lowering: Lowering;
      readonly lto?: true;
    };

const lto = (toolchain: { readonly lto?: true }): readonly string[] =>
  toolchain.lto === true ? ['-flto'] : [];

/** The `CC` of a toolchain: one word or several, as make and configure take it. */
export function compiler(toolchain: Toolchain): string {
  switch (toolchain.kind) {
    case 'native':
      return `clang-${toolchain.clang}`;
    case 'baseline':
      return join(BUILD, 'bench/musl-cc');
    case 'matched':
      return [join(BUILD, 'bench/matched-cc'), ...lto(toolchain)].join(' ');
    case 'sandboxed':
      return [
        join(ROOT, 'bin/tbx-cc'),
        `-ftbx-clang=${toolchain.clang}`,
        `-ftbx-isolate=${toolchain.isolation}`,
        `-ftbx-lowering=${toolchain.lowering}`,
        // The verifier does not prove what this lowering makes yet (docs/verifier.md).
        ...(toolchain.lowering === 'ir' ? ['-fno-tbx-verify'] : []),
        ...lto(toolchain),
      ].join(' ');
  }
}

/** A name for folders and tables: `native.clang-22`, `code+data.addr32.clang-19`. */
export function toolchainName(toolchain: Toolchain): string {
  switch (toolchain.kind) {
    case 'native':
      return `native.clang-${toolchain.clang}`;
    case 'baseline':
      return toolchain.kind;
    case 'matched':
      return toolchain.lto === true ? 'matched.lto' : 'matched';
    case 'sandboxed': {
      const { isolation, lowering, clang } = toolchain;
      return `${isolation}.${lowering}${toolchain.lto === true ? '.lto' : ''}.clang-${clang}`;
    }
  }
}

/** The runner of linked programs and images, with options of its own (docs/abi.md). */
export const RUNNER = join(BUILD, 'host/tbx-run');
