/** The verifier as the commands use it: a file in, and out what was proven of the image in it. */
import { imageIn } from './image/container.js';
import { type ImageFile, readImage } from './image/elf.js';
import { refuseFile, type Verdict, verifyImage } from './image/verify.js';
import { refusalLines, type SourceLines, summary } from './report.js';
import { imageDigest, readStamp, type Stamp, writeStamp } from './stamp.js';

export type { SourceLines } from './report.js';
export { imageIn } from './image/container.js';

export type Proof =
  | {
      readonly kind: 'proven';
      readonly verdict: Verdict;
      /** One line for the user. */
      readonly summary: string;
      /** What the loader compares: 64 hexadecimal digits. */
      readonly digest: string;
      /** What the image said of itself before. */
      readonly stamp: Stamp | undefined;
      /**
       * Writes the verdict into the bytes that were given to {@link prove}. False if the image has no room for it, as
       * it was not linked with runtime/guest/image.ld.
       */
      readonly writeStamp: () => boolean;
    }
  | { readonly kind: 'refused'; readonly verdict: Verdict; readonly lines: readonly string[] };

/**
 * Verifies the image that is `file`, or that is in the program `file`.
 *
 * @param name what messages call it
 * @param sourceLines asked about refused instructions alone; messages name no places in the source without it
 */
export async function prove(
  file: Uint8Array,
  name: string,
  sourceLines: SourceLines = () => Promise.resolve(new Map()),
): Promise<Proof> {
  const bytes = imageIn(file);
  // A host that loads the bytes of the file would run the one, and a host that opens it the other.
  const isTwofold = bytes !== file && read(file) !== undefined;
  const verdict = await (isTwofold
    ? refuseFile('it is an image, and has another one in a section')
    : verifyImage(bytes));
  const { level } = verdict;
  const image = read(bytes);
  if (level === undefined || image === undefined) {
    const lines = await refusalLines(name, bytes, verdict, sourceLines);
    return { kind: 'refused', verdict, lines };
  }
  return {
    kind: 'proven',
    verdict,
    summary: summary(verdict),
    digest: imageDigest(image),
    stamp: readStamp(image),
    writeStamp: () => writeStamp(bytes, image, level),
  };
}

/** What is wrong with the file is in the verdict already. */
function read(bytes: Uint8Array): ImageFile | undefined {
  return readImage(bytes, () => undefined);
}
