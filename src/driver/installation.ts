/** Where the parts of tme-box are, from the folder of the package. */

import { join } from 'node:path';
import type { Isolation } from './options.js';

export interface Installation {
  readonly root: string;
  readonly sysroot: string;
  /** What an image is linked from, for one isolation; the set is complete, with the libc. */
  readonly libraries: (isolation: Isolation) => string;
  readonly linkScript: string;
  /** The runner as a library, with `main`. */
  readonly runnerLibrary: string;
  /** The command `tme-box`. */
  readonly command: string;
  /** The runner as a program. */
  readonly runner: string;
}

export function installation(root: string): Installation {
  const sysroot = join(root, 'build', 'sysroot');
  return {
    root,
    sysroot,
    libraries: (isolation) => join(sysroot, 'lib', isolation),
    linkScript: join(root, 'runtime', 'guest', 'image.ld'),
    runnerLibrary: join(root, 'build', 'host', 'libtbxrun.a'),
    command: join(root, 'bin', 'tme-box'),
    runner: join(root, 'build', 'host', 'tbx-run'),
  };
}
