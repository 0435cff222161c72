/** The part of a self-contained program that is not the runner: the image, and the options that it is run with. */

/** `text` as an assembler string: everything but plain ASCII as an octal escape. */
function quote(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  let quoted = '';
  for (const byte of bytes) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    quoted += plain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `"${quoted}"`;
}

/**
 * Assembler text that defines what the runner's `main` expects: `tbx_image_start`, `tbx_image_end` and
 * `tbx_options`, NUL-terminated strings with an empty one at the end.
 */
export function programAssembly(image: string, runnerOptions: readonly string[]): string {
  const options = runnerOptions.map((option) => `\t.asciz\t${quote(option)}\n`).join('');
  return `\t.section\t.tbx.image,"a",@progbits
\t.p2align\t12
\t.globl\ttbx_image_start
tbx_image_start:
\t.incbin\t${quote(image)}
\t.globl\ttbx_image_end
tbx_image_end:
\t.section\t.tbx.options,"a",@progbits
\t.globl\ttbx_options
tbx_options:
${options}\t.byte\t0
\t.section\t.note.GNU-stack,"",@progbits
`;
}
