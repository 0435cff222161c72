/** The link step's last word: the image is proven from its machine code, and carries the verdict for the loader. */

import { readFileSync, writeFileSync } from 'node:fs';
import { InternalError } from '../text/internal-error.js';
import { expectImage } from './long-run.js';
import { type Exit, SUCCESS } from './process.js';
import { problem, type Session, shellWords } from './session.js';
import { sourceLines } from './source-lines.js';

/** Exit code for what the verifier refuses, as `tme-box verify` has it. */
export const VERIFICATION_FAILED: Exit = { kind: 'code', code: 3 };

/** Verifies the image in the file `image`, which the user knows as `name`, and writes the verdict into it. */
export async function verifyAndStamp(session: Session, image: string, name: string): Promise<Exit> {
  const { options, reporter, verbose } = session;
  if (verbose || options.explain) {
    const command = { program: session.where.command, args: ['verify', '--stamp', image] };
    reporter.say(` ${shellWords(command)}`);
  }
  if (options.explain) return SUCCESS;
  const { imageIn, prove } = await import('../verify/prove.js');
  const file = readFileSync(image);
  expectImage(imageIn(file).length);
  const proof = await prove(file, name, sourceLines);
  switch (proof.kind) {
    case 'proven':
      if (!proof.writeStamp()) throw new InternalError('image.ld leaves no room for the verdict');
      writeFileSync(image, file);
      return SUCCESS;
    case 'refused': {
      for (const line of proof.lines) reporter.say(line);
      const message = `${name}: the linked code is not proven to be confined, so there is no program`;
      const advice = `'tme-box explain' shows what a rule asks for; -fno-tbx-verify links all the same, for hosts that accept unverified code`;
      const note = { ...problem('TBX0811', advice), severity: 'note' } as const;
      reporter.report({ ...problem('TBX0811', message), notes: [note] });
      return VERIFICATION_FAILED;
    }
  }
}

/** Says what it means that an image was not verified. */
export function reportUnverified(session: Session, name: string): void {
  const message = `${name} is not verified (-fno-tbx-verify): it runs only with TBX_ACCEPT_UNVERIFIED=1 in the environment or by 'tme-box run --accept-unverified', and nothing then proves that it stays in its window`;
  session.reporter.report({ ...problem('TBX0812', message), severity: 'warning' });
}
