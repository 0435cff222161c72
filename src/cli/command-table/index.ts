/** All commands of `tme-box`. */

import { CHECK, DIFF, INSTRUMENT, PRINT, REPORT, STATS } from './modules.js';
import { BUILD_SYSROOT, DOCTOR, EXPLAIN, RUN, VERIFY } from './programs.js';
import type { CommandSpec } from './spec.js';

export const USAGE = `Usage: tme-box COMMAND

Compiles C so that it runs isolated inside another process: every load, store and
call of the program goes through a window of memory that it cannot leave.

To build a program, use the compiler: make CC=tbx-cc, or ./configure CC=tbx-cc.
The commands here show and do its steps one by one.`;

export const EXIT_CODES =
  'Exit codes: 0 done, 1 errors in the input, 2 wrong usage, 3 verification failed, 70 a fault of this tool.';

/** In the order of `--help`. */
export const COMMANDS: readonly CommandSpec[] = [
  INSTRUMENT,
  CHECK,
  PRINT,
  RUN,
  STATS,
  VERIFY,
  DIFF,
  REPORT,
  DOCTOR,
  EXPLAIN,
  BUILD_SYSROOT,
];
