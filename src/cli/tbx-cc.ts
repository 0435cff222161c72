/** The compiler wrapper's bundle: `tbx-cc`, `tbx-clang` and `tbx-c++`. No yargs here: the options are clang's. */

import { driveCompiler } from '../driver/driver.js';
import type { Mode } from '../driver/flags.js';
import { optionsHelp } from '../driver/option-table.js';
import { writeBytes } from '../driver/write-bytes.js';
import { VERSION_LINE } from './build-info.js';
export { rehearseCompiler as rehearse } from './rehearse.js';
import { main, PACKAGE_ROOT, terminalReporter, useColor } from './terminal.js';

/** Runs the wrapper for the command line of this process. */
export async function tbxCc(mode: Mode): Promise<void> {
  const argv = process.argv.slice(2);
  await main(async () => {
    const exit = await driveCompiler({
      mode,
      argv,
      root: PACKAGE_ROOT,
      env: process.env,
      reporter: terminalReporter(),
      color: useColor(),
    });
    if (argv.includes('--help')) print(`\n${optionsHelp()}`);
    // Below clang's own lines, which build systems read; ccache hashes all of it (compiler_check).
    if (argv.includes('--version')) print(`${VERSION_LINE}\n`);
    return exit;
  });
}

function print(text: string): void {
  writeBytes(1, Buffer.from(text));
}
