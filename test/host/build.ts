/** Builds parts of the host runtime for tests, one after the other: test files run at the same time. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

const RUNTIME = join(process.cwd(), 'runtime', 'host');

/** Where the runtime and its tests are built. */
export const BUILD = join(process.cwd(), 'build', 'host');

/** The image of hand-written sandboxed code that the tests run. */
export const MACHINE_IMAGE = join(BUILD, 'test', 'machine.tbx');

/** A library of hand-written sandboxed code. */
export const LIBRARY_IMAGE = join(BUILD, 'test', 'library.tbx');

/** @throws when a target of runtime/host/Makefile cannot be built; the compiler's messages are on standard error. */
export function build(...targets: readonly string[]): void {
  mkdirSync(BUILD, { recursive: true });
  const words = [join(BUILD, '.lock'), 'make', '-s', '-C', RUNTIME, `BUILD=${BUILD}`, ...targets];
  execFileSync('flock', words, { stdio: ['ignore', 'ignore', 'inherit'] });
}

/** Why this machine cannot emulate TME-MK; undefined when it can. Builds what it asks. */
export function whyNoEmulation(): string | undefined {
  build('all', MACHINE_IMAGE);
  const words = ['--accept-unverified', '--backend=emulated', MACHINE_IMAGE, 'R'];
  const { status, stderr } = spawnSync(join(BUILD, 'tbx-run'), words, { encoding: 'latin1' });
  return status === 125 && stderr.includes('the emulated backend needs') ? stderr : undefined;
}
