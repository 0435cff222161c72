/**
 * The type 2 note of docs/abi.md: this object's text went through the address step. Appended to the text, so that
 * the linker can tell it from an object that was assembled without.
 */
export const ADDR32_NOTE: string = `
\t.section\t.note.tmebox,"a",@note
\t.p2align\t2
\t.long\t8
\t.long\t8
\t.long\t2
\t.asciz\t"TME-Box"
\t.asciz\t"addr32"
\t.p2align\t2
`;
