# What every file of snippets begins with: `CASE name` starts a function that the image's entry calls, and the test
# knows the expected rule from the comment behind it. `call_mask` fits the call table of 64 bytes in image.ld.
        .set    call_mask, 56

        .macro  CASE name
        .section .text.\name, "ax", @progbits
        .p2align 4, 0xcc
        .globl  \name
        .type   \name, @function
\name:
        .endm

        # A jump table in position-independent form.
        .macro  TABLE name, targets:vararg
        .pushsection .rodata, "a", @progbits
        .p2align 2
\name:
        .irp    target, \targets
        .long   \target - \name
        .endr
        .popsection
        .endm

        # All of the prelude has to be reached by something.
        .macro  USE_PRELUDE
        subq    $8, %rsp
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        call    writes_argument
        call    reads_argument
        addq    $8, %rsp
        .endm

        .section .tbx.icall, "ax", @progbits
        .p2align 3, 0xcc
        jmp     callee
        .p2align 3, 0xcc
        .section .text.callee, "ax", @progbits
callee:
        ret

        # Writes eight bytes of its stack arguments.
writes_argument:
        movq    $0, 8(%rsp)
        ret
        # Reads them.
reads_argument:
        movq    8(%rsp), %rax
        ret

        .section .rodata, "a", @progbits
constants:
        .fill   16, 4, 0x3f800000

        .section .tbx.gate, "a", @progbits
        .quad   0
        .section .data, "aw", @progbits
variable:
        .quad   0

        .section .note.tmebox, "a", @note
        .p2align 2
        .long   8, 42, 1
        .asciz  "TME-Box"
        .asciz  "abi=1 lowering=any isolate=any keybits=15"
        .p2align 2
        .text
