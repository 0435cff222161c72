/** LLVM bitcode, bare or in the wrapper that some systems put around it. */

const MAGIC = [0xdec04342, 0x0b17c0de];

/** Whether a file is LLVM bitcode. */
export function isBitcode(file: Buffer): boolean {
  return file.length >= 4 && MAGIC.includes(file.readUInt32LE(0));
}
