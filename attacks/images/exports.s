# Tables of exports by which the host is to call what is no function: the host jumps to where they say. Nothing stands
# behind the verifier there, so each has to be refused; the host that calls exports is in library/.
        .include "confined.inc"
        .macro  EXPORT address
        .section .rodata.name, "a", @progbits
name:   .asciz  "exported"
        .section .tbx.exports, "a", @progbits
        .quad   \address, name
        .endm
        .section .text.hostile, "ax", @progbits
        .globl  hostile
        .type   hostile, @function
        .p2align 4, 0xcc
hostile:
# REFUSED export_into_an_instruction: TBV0002, no control: programs have no exports that are called
        movabsq $0xc3078b4890909090, %rax
        ret
        EXPORT  hostile + 2
# REFUSED export_behind_a_frame: TBV0006, no control: programs have no exports that are called
        pushq   %rbx
middle: popq    %rbx
        ret
        EXPORT  middle
# REFUSED export_of_a_return_address: TBV0008, no control: programs have no exports that are called
        pushq   %rax
inside: ret
        EXPORT  inside
# REFUSED export_of_data: TBV0002, no control: programs have no exports that are called
        ret
        .section .rodata.bytes, "a", @progbits
bytes:  .byte   0x48, 0x8b, 0x07, 0xc3
        EXPORT  bytes
# REFUSED export_of_the_gate: TBV0002, no control: programs have no exports that are called
        ret
        EXPORT  0x20000000
# REFUSED export_behind_the_code: TBV0002, no control: programs have no exports that are called
        ret
        EXPORT  hostile + 0x10000000
