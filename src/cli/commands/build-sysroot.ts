import { installation } from '../../driver/installation.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { reportAll } from '../../driver/session.js';
import { buildSysroot } from '../../driver/sysroot.js';
import { chosenToolchain } from '../../driver/toolchain.js';
import { SOURCE_HASH } from '../build-info.js';
import { Progress } from '../progress.js';
import { PACKAGE_ROOT, terminalReporter } from '../terminal.js';

/** `tme-box build-sysroot`: musl and the support library through our own passes; does nothing when they are up to date. */
export async function buildSysrootCommand(
  musl: string | undefined,
  jobs: number | undefined,
): Promise<Exit> {
  const progress = new Progress("building the sandbox's libc");
  const diagnostics = await buildSysroot({
    packageRoot: PACKAGE_ROOT,
    build: installation(PACKAGE_ROOT).built,
    toolchain: chosenToolchain(process.env),
    toolVersion: SOURCE_HASH,
    lowering: 'addr32',
    keyBits: 15,
    onProgress: (done, total) => {
      progress.show(done, total);
    },
    ...(musl === undefined ? {} : { musl }),
    ...(jobs === undefined ? {} : { jobs }),
  });
  progress.clear();
  return reportAll(terminalReporter(), diagnostics) ? FAILURE : SUCCESS;
}
