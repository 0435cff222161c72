import { join } from 'node:path';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { buildSysroot } from '../../driver/sysroot.js';
import { toolchain } from '../../driver/toolchain.js';
import { SOURCE_HASH } from '../build-info.js';
import { PACKAGE_ROOT, terminalReporter } from '../terminal.js';

/** How often the count is shown; a terminal shows no more than a person reads. */
const PROGRESS_INTERVAL_MS = 200;

/** Shows a running count on a terminal, and nothing elsewhere. */
function progress(): {
  readonly show: (done: number, total: number) => void;
  readonly end: () => void;
} {
  let shownAt = performance.now();
  let shown = false;
  return {
    show: (done, total) => {
      const now = performance.now();
      if (!process.stderr.isTTY || now - shownAt < PROGRESS_INTERVAL_MS) return;
      shownAt = now;
      shown = true;
      process.stderr.write(`\rbuilding the sandbox's libc: ${done} of ${total}`);
    },
    end: () => {
      if (shown) process.stderr.write('\r\u001b[K');
    },
  };
}

/** `tme-box build-sysroot`: musl and the support library through our own passes; does nothing when they are up to date. */
export async function buildSysrootCommand(
  musl: string | undefined,
  jobs: number | undefined,
): Promise<Exit> {
  const { show, end } = progress();
  const diagnostics = await buildSysroot({
    packageRoot: PACKAGE_ROOT,
    build: join(PACKAGE_ROOT, 'build'),
    toolchain: toolchain(process.env['TBX_CLANG'], process.env['TBX_LLVM_BIN']),
    toolVersion: SOURCE_HASH,
    lowering: 'addr32',
    keyBits: 15,
    onProgress: show,
    ...(musl === undefined ? {} : { musl }),
    ...(jobs === undefined ? {} : { jobs }),
  });
  end();
  return reportAll(terminalReporter(), diagnostics) ? FAILURE : SUCCESS;
}
