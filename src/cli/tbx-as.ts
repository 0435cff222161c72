/** The assembler's bundle: `tbx-as`, and `as` for `clang -fno-integrated-as -B`. */

import { driveAssembler } from '../driver/as.js';
import { main, PACKAGE_ROOT, terminalReporter } from './terminal.js';

/** Runs the assembler for the command line of this process. */
export async function tbxAs(): Promise<void> {
  await main(() =>
    driveAssembler({
      argv: process.argv.slice(2),
      root: PACKAGE_ROOT,
      env: process.env,
      reporter: terminalReporter(),
    }),
  );
}
