/** Finds the image in a file: the file itself, or the section of a program that tbx-cc linked. */

/** Where tbx-cc puts the image (src/driver/program.ts); the runner starts what lies there. */
const SECTION = '.tbx.image';
const SECTION_HEADER_SIZE = 64;

/** The bytes of the image in `file`, which is the image where there is no such section. */
export function imageIn(file: Uint8Array): Uint8Array {
  if (file.length < SECTION_HEADER_SIZE) return file;
  const view = new DataView(file.buffer, file.byteOffset, file.length);
  const table = word(view, 40);
  const count = view.getUint16(60, true);
  const header = (index: number): number => table + index * SECTION_HEADER_SIZE;
  if (header(count) > file.length) return file;
  const nameIndex = view.getUint16(62, true);
  if (nameIndex >= count) return file;
  const names = word(view, header(nameIndex) + 24);
  for (let index = 0; index < count; index++) {
    const name = names + view.getUint32(header(index), true);
    if (!hasName(file, name)) continue;
    const start = word(view, header(index) + 24);
    return file.subarray(start, start + word(view, header(index) + 32));
  }
  return file;
}

function word(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function hasName(file: Uint8Array, at: number): boolean {
  for (let index = 0; index < SECTION.length; index++) {
    if (file[at + index] !== SECTION.charCodeAt(index)) return false;
  }
  return file[at + SECTION.length] === 0;
}
