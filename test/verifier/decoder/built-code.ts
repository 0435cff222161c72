/** The code of all programs that were built. */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { imageIn } from '../../../src/verify/image/container.js';
import { readImage } from '../../../src/verify/image/elf.js';

const PROGRAMS = 'build/programs';

export interface BuiltCode {
  readonly name: string;
  readonly code: Uint8Array;
}

/** Of the images in executables; nothing where no program was built. */
export function builtCode(): readonly BuiltCode[] {
  if (!existsSync(PROGRAMS)) return [];
  return readdirSync(PROGRAMS, { recursive: true, encoding: 'utf8' }).flatMap((name) => {
    const path = join(PROGRAMS, name);
    const { mode, size } = statSync(path, { throwIfNoEntry: false }) ?? { mode: 0, size: 0 };
    if ((mode & 0o170111) !== 0o100111 || size < 4096) return [];
    const image = readImage(imageIn(readFileSync(path)), () => undefined);
    return image === undefined ? [] : [{ name: path, code: image.code.bytes }];
  });
}
