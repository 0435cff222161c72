import { expectImage } from '../../driver/long-run.js';
import { type Exit, FAILURE, SUCCESS } from '../../driver/process.js';
import { LARGEST_IMAGE, readBytes } from '../../driver/read-bytes.js';
import { problem } from '../../driver/session.js';
import { sourceLines } from '../../driver/source-lines.js';
import { VERIFICATION_FAILED } from '../../driver/verification.js';
import type { Proof } from '../../verify/prove.js';
import { replaceFile, writeResult } from '../streams.js';
import { terminalReporter } from '../terminal.js';
import { isIr, verifyIrCommand } from './verify-ir.js';

export interface VerifyOptions {
  readonly json: boolean;
  /** Print the digest and nothing else. */
  readonly digest: boolean;
  /** Write the verdict into the file. */
  readonly stamp: boolean;
}

/** `tme-box verify`: proves that an image, or the image in a program, cannot reach outside; IR is checked early. */
export async function verifyCommand(file: string, options: VerifyOptions): Promise<Exit> {
  const bytes = readBytes(file, LARGEST_IMAGE);
  if (isIr(bytes, file)) return verifyIrCommand(file, bytes, options.json);
  const { imageIn, prove } = await import('../../verify/prove.js');
  expectImage(imageIn(bytes).length);
  const proof = await prove(bytes, file, sourceLines);
  if (options.json) writeResult('-', `${JSON.stringify(report(file, proof), undefined, 2)}\n`);
  switch (proof.kind) {
    case 'proven':
      if (options.digest) writeResult('-', `${proof.digest}\n`);
      else if (!options.json) writeResult('-', `${file}: ${proof.summary}\n`);
      return options.stamp ? stamp(file, bytes, proof.writeStamp) : SUCCESS;
    case 'refused':
      for (const line of proof.lines) process.stderr.write(`${line}\n`);
      return VERIFICATION_FAILED;
  }
}

function report(file: string, proof: Proof): object {
  const known = proof.kind === 'proven' ? { digest: proof.digest, stamp: proof.stamp } : {};
  return { file, ...proof.verdict, ...known };
}

function stamp(file: string, bytes: Uint8Array, write: () => boolean): Exit {
  if (!write()) {
    const message = `${file} has no room for a verdict; link it with tbx-cc, or with runtime/guest/image.ld`;
    terminalReporter().report(problem('TBX0813', message));
    return FAILURE;
  }
  replaceFile(file, bytes);
  return SUCCESS;
}
