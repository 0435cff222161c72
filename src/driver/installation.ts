/** Where the parts of tme-box are, from the folder of the package. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Isolation } from './options.js';

export interface Installation {
  readonly root: string;
  /** Where what was built is: the sysroot and the runner; in an installed tree that is the root itself. */
  readonly built: string;
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
  const built = existsSync(join(root, 'sysroot')) ? root : join(root, 'build');
  const sysroot = join(built, 'sysroot');
  return {
    root,
    built,
    sysroot,
    libraries: (isolation) => join(sysroot, 'lib', isolation),
    linkScript: join(root, 'runtime', 'guest', 'image.ld'),
    runnerLibrary: join(built, 'host', 'libtbxrun.a'),
    command: join(root, 'bin', 'tme-box'),
    runner: join(built, 'host', 'tbx-run'),
  };
}
