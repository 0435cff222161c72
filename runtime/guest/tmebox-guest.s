# What TBX_EXPORT and TBX_IMPORT of tmebox-guest.h make, for libraries that are written in assembly language.

        # Begins a function in a section of its own.
        .macro FUNCTION name
        .section .text.\name, "ax", @progbits
        .globl  \name
        .type   \name, @function
\name:
        .endm

        # A function that the host can call by its name.
        .macro EXPORT name
        .section .tbx.icall.\name, "ax", @progbits
        .p2align 3, 0xcc
entry_\name:
        jmp     \name
        .p2align 3, 0xcc
        .section .rodata.name_\name, "a", @progbits
name_\name:
        .asciz  "\name"
        .section .tbx.exports, "a", @progbits
        .quad   entry_\name, name_\name
        FUNCTION \name
        .endm

        .macro IMPORT name
        .section .rodata.name_\name, "a", @progbits
name_\name:
        .asciz  "\name"
        .section .tbx.imports, "a", @progbits
        .quad   name_\name
        .endm
