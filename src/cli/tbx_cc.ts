/** The compiler wrapper's bundle: `tbx-cc`, `tbx-clang` and `tbx-c++`. No yargs here: the options are clang's. */

import { driveCompiler } from '../driver/driver.js';
import type { Mode } from '../driver/flags.js';
import { main, PACKAGE_ROOT, terminalReporter, useColor } from './terminal.js';

/** Runs the wrapper for the command line of this process. */
export async function tbxCc(mode: Mode): Promise<void> {
  await main(() =>
    driveCompiler({
      mode,
      argv: process.argv.slice(2),
      root: PACKAGE_ROOT,
      env: process.env,
      reporter: terminalReporter(),
      color: useColor(),
    }),
  );
}
