/**
 * Marks in text: what an instrumented module and its assembly hold, so that the wrapper can take its own outputs
 * (`-S`, `-S -emit-llvm`) as inputs again. A mark proves nothing, as anyone can write it: a source file, too. That the
 * file is the wrapper's own is for the command line to say (`-ftbx-resume`).
 */

/** Whether a module of LLVM IR was instrumented: its note is a constant of its own section. */
export function isInstrumentedIr(text: string): boolean {
  return /^@[^\n]*\bsection "\.note\.tmebox"/m.test(text);
}

/** Whether assembler text has the note of the passes (type 1 of docs/abi.md). */
export function isMarkedAssembly(text: string): boolean {
  return /^[ \t]*\.section[ \t]+"?\.note\.tmebox"?\b/m.test(text) && /abi=1 lowering=/.test(text);
}

/**
 * A type 1 note for assembly that the user vouches for with `-ftbx-asm=allow`: it may be linked with anything, and
 * only the verifier decides whether it is confined.
 */
export function allowedAssemblyNote(keyBits: number): string {
  const description = `abi=1 lowering=any isolate=any keybits=${keyBits}`;
  const size = (description.length + 1 + 3) & ~3;
  return `
\t.section\t.note.tmebox,"a",@note
\t.p2align\t2
\t.long\t8
\t.long\t${size}
\t.long\t1
\t.asciz\t"TME-Box"
\t.asciz\t"${description}"
\t.p2align\t2
`;
}
