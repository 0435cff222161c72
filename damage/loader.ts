import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../programs/process.js';
import { RUNNER } from '../programs/toolchain.js';

/** How the C loader ends when it does not load an image. */
const NOT_STARTED = 125;

export interface Loader {
  /** What the loader says of a file with these bytes: why it refuses it, or undefined when it runs it. */
  readonly refusal: (bytes: Uint8Array) => Promise<string | undefined>;
  readonly close: () => Promise<void>;
}

/** Gives files to `tbx-run`, as a host would that trusts verdicts; nothing is granted. */
export async function openLoader(): Promise<Loader> {
  const folder = await mkdtemp(join(tmpdir(), 'tbx-damage-'));
  const file = join(folder, 'image');
  return {
    refusal: async (bytes) => {
      await writeFile(file, bytes);
      const { status, stderr } = await run({
        program: RUNNER,
        arguments: ['--grant=none', '--timeout=1', file],
        environment: { TBX_ACCEPT_UNVERIFIED: '' },
        timeoutSeconds: 10,
      });
      if (status !== NOT_STARTED) return undefined;
      return stderr
        .toString('latin1')
        .replace(/^.*cannot be loaded: /s, '')
        .trimEnd();
    },
    close: () => rm(folder, { recursive: true }),
  };
}
