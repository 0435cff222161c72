import { installation } from '../../driver/installation.js';
import type { Exit } from '../../driver/process.js';
import { runSandboxed } from '../../driver/runner.js';
import { writeResult } from '../streams.js';
import { EXIT, PACKAGE_ROOT, terminalReporter } from '../terminal.js';

const HELP = `tme-box run [OPTIONS] [--] PROGRAM [ARGUMENTS...]

Runs a program that tbx-cc linked, or a bare sandbox image, in a window of its own.
It sees its arguments, its standard streams, the clock and, read-only, the working
directory; all else has to be granted.

  --dir=HOST::GUEST      let it read the folder HOST under the name GUEST
  --dir-rw=HOST::GUEST   let it read and write it; --dir-rw=. keeps the folder's name
  --env=NAME=VALUE       set an environment variable; --env=NAME passes ours on
  --grant=WHAT           none, default, stdio, clock, cwd or args
  --timeout=SECONDS      stop it after this time; it then exits with 124
  --heap=BYTES           limit of its heap, with K, M or G
  --stack=BYTES          limit of its data stack
  --native-stack=BYTES   limit of the stack of return addresses
  --as-linked            grant all that the program was linked with (-ftbx-dir and the like)
  --report=FILE          write what happened as JSON

Its exit code is the program's own; 124 after a time-out, 125 if it could not be
started, 126 if it did what a sandbox may not and was stopped.

  tme-box run --dir=/usr/share/dict::/dict --timeout=5 ./count /dict/words
`;

/** `tme-box run`: what comes after it is the runner's and the program's, and is not looked at here. */
export async function runCommand(words: readonly string[]): Promise<Exit> {
  if (words.length === 0) {
    process.stderr.write(HELP);
    return { kind: 'code', code: EXIT.usage };
  }
  if (words[0] === '--help' || words[0] === '-h') {
    writeResult('-', HELP);
    return { kind: 'code', code: EXIT.done };
  }
  return runSandboxed(installation(PACKAGE_ROOT), words, terminalReporter());
}
