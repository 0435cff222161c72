/*
 * Into the sandbox and out of it: the only place where control, stack and registers change sides.
 *
 * Whatever sandboxed code leaves in a register is hostile. In particular rsp need not be aligned, nor point to memory,
 * so nothing is pushed on the sandbox's stack, and its registers go to struct tbx_run, found by FS, which sandboxed
 * code cannot change. RUN_INSIDE is set exactly while a fault is the sandbox's fault.
 */
#include "run.h"

        .hidden tbx_gate_features
        .hidden tbx_current
        .text

/* run = tbx_current */
        .macro CURRENT_RUN run
        movq    tbx_current@gottpoff(%rip), \run
        movq    %fs:(\run), \run
        .endm

/* The x87 and SSE control state of the host, as the System V ABI wants it in a called function. Sandboxed code may
 * have left unmasked exceptions pending (the next x87 instruction would fault in the host), values on the x87 stack,
 * and the upper halves of vector registers. Nothing can be pending while the control word masks everything, which
 * spares reading the status word. MXCSR is loaded without a look at what it was: that is faster than to compare it.
 * Clobbers eax. */
        .macro HOST_FLOATING_POINT run
        fnstcw  RUN_GUEST_FCW(\run)
        movzwl  RUN_GUEST_FCW(\run), %eax
        cmpw    RUN_HOST_FCW(\run), %ax
        jne     1f
        notl    %eax
        testb   $GATE_MASKED_EXCEPTIONS, %al
        jz      2f
1:      fnclex
        fldcw   RUN_HOST_FCW(\run)
2:      emms
        ldmxcsr RUN_HOST_MXCSR(\run)
        testb   $GATE_AVX, tbx_gate_features(%rip)
        jz      3f
        vzeroupper
3:      cld
        .endm

/* The control state of the sandbox. Clobbers eax. */
        .macro GUEST_FLOATING_POINT run
        movzwl  RUN_GUEST_FCW(\run), %eax
        cmpw    RUN_HOST_FCW(\run), %ax
        je      1f
        fnclex
        fldcw   RUN_GUEST_FCW(\run)
1:      ldmxcsr RUN_GUEST_MXCSR(\run)
        .endm

/* The x87 unit remembers where its last instruction and its last operand were, and what it compared, for fnstenv to
 * tell: now that is here. With an empty stack none of these instructions can raise anything. */
        .macro FORGET_X87
        fildl   zero(%rip)
        ficompl zero(%rip)
        .endm

/* No vector, mask or MMX register brings anything of the host along, unless the host has allowed it. Nor does the memory
 * of the x87 unit, where the host may have used that. */
        .macro CLEAR_VECTORS run, after_x87 = 0
        cmpb    $0, RUN_KEEPS_REGISTERS(\run)
        jne     2f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        pxor    %mm\n, %mm\n
        .endr
        emms
        .if     \after_x87
        FORGET_X87
        .endif
        testb   $GATE_AVX, tbx_gate_features(%rip)
        jz      1f
        vzeroall
        testb   $GATE_AVX512, tbx_gate_features(%rip)
        jz      2f
        .irp    n, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        vpxord  %zmm\n, %zmm\n, %zmm\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        kxorw   %k\n, %k\n, %k\n
        .endr
        jmp     2f
1:
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        pxor    %xmm\n, %xmm\n
        .endr
2:
        .endm

        .macro FUNCTION name
        .globl  \name
        .hidden \name
        .type   \name, @function
        .p2align 6, 0xcc
\name:
        .endm

/* bool tbx_enter(struct tbx_run *run, uint64_t entry, const tbx_arguments *arguments) */
        FUNCTION tbx_enter
        pushq   %rbp
        pushq   %rbx
        pushq   %r12
        pushq   %r13
        pushq   %r14
        pushq   %r15
        subq    $8, %rsp
        movq    %rsp, RUN_HOST_RSP(%rdi)
        stmxcsr RUN_HOST_MXCSR(%rdi)
        fnstcw  RUN_HOST_FCW(%rdi)
        movl    $GATE_START_MXCSR, RUN_GUEST_MXCSR(%rdi)
        movw    $GATE_START_FCW, RUN_GUEST_FCW(%rdi)
        GUEST_FLOATING_POINT %rdi
        CLEAR_VECTORS %rdi, 1
        cmpl    $0, ARGUMENTS_REAL_COUNT(%rdx)
        je      1f
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movsd   ARGUMENTS_REALS + 8 * \n(%rdx), %xmm\n
        .endr
1:      movb    $1, RUN_INSIDE(%rdi)
        movq    RUN_GUEST_RSP(%rdi), %rsp
        movq    %rsi, %r11
        movq    %rdx, %rax
        movq    ARGUMENTS_INTEGERS(%rax), %rdi
        movq    ARGUMENTS_INTEGERS + 8(%rax), %rsi
        movq    ARGUMENTS_INTEGERS + 16(%rax), %rdx
        movq    ARGUMENTS_INTEGERS + 24(%rax), %rcx
        movq    ARGUMENTS_INTEGERS + 32(%rax), %r8
        movq    ARGUMENTS_INTEGERS + 40(%rax), %r9
        xorl    %eax, %eax
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        xorl    %r10d, %r10d
        xorl    %r12d, %r12d
        xorl    %r13d, %r13d
        xorl    %r14d, %r14d
        xorl    %r15d, %r15d
        call    *%r11                   # the sandboxed function's ret is predicted to come back here
        CURRENT_RUN %rcx
        movq    %rax, RUN_RESULT_INTEGER(%rcx)
        movq    %xmm0, RUN_RESULT_REAL(%rcx)
        movl    $1, %edx
        jmp     leave
        .size   tbx_enter, . - tbx_enter

/* Makes the tbx_enter of the current run return false. */
        FUNCTION tbx_abandon
        CURRENT_RUN %rcx
        xorl    %edx, %edx
leave:
        movb    $0, RUN_INSIDE(%rcx)
        movq    RUN_HOST_RSP(%rcx), %rsp
        HOST_FLOATING_POINT %rcx
        movl    %edx, %eax
        addq    $8, %rsp
        popq    %r15
        popq    %r14
        popq    %r13
        popq    %r12
        popq    %rbx
        popq    %rbp
        ret
        .size   tbx_abandon, . - tbx_abandon

/* A host call: rdi number; rsi, rdx, rcx, r8, r9, r10 arguments; the return address at rsp. */
        FUNCTION tbx_gate
        CURRENT_RUN %rax
        movb    $0, RUN_INSIDE(%rax)
        movq    %rsp, RUN_GUEST_RSP(%rax)
        movq    %rbx, RUN_GUEST_RBX(%rax)
        movq    %rbp, RUN_GUEST_RBP(%rax)
        movq    %r12, RUN_GUEST_R12(%rax)
        movq    %r13, RUN_GUEST_R13(%rax)
        movq    %r14, RUN_GUEST_R14(%rax)
        movq    %r15, RUN_GUEST_R15(%rax)
        movq    %rax, %rbx
        movq    RUN_HOST_RSP(%rbx), %rsp
        subq    $8, %rsp
        pushq   %r10
        pushq   %r9
        pushq   %r8
        pushq   %rcx
        pushq   %rdx
        pushq   %rsi
        pushq   %rdi
        stmxcsr RUN_GUEST_MXCSR(%rbx)
        HOST_FLOATING_POINT %rbx
        movq    %rbx, %rdi
        movq    %rsp, %rsi
        xorl    %ebp, %ebp
        call    tbx_dispatch
        movq    %rax, %rdx
        movq    %rbx, %rcx
        GUEST_FLOATING_POINT %rcx
        CLEAR_VECTORS %rcx
        movq    %rdx, %rax
        movq    RUN_GUEST_RBX(%rcx), %rbx
        movq    RUN_GUEST_RBP(%rcx), %rbp
        movq    RUN_GUEST_R12(%rcx), %r12
        movq    RUN_GUEST_R13(%rcx), %r13
        movq    RUN_GUEST_R14(%rcx), %r14
        movq    RUN_GUEST_R15(%rcx), %r15
        movb    $1, RUN_INSIDE(%rcx)
        movq    RUN_GUEST_RSP(%rcx), %rsp
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        xorl    %esi, %esi
        xorl    %edi, %edi
        xorl    %r8d, %r8d
        xorl    %r9d, %r9d
        xorl    %r10d, %r10d
        xorl    %r11d, %r11d
        ret
        .size   tbx_gate, . - tbx_gate

/* void tbx_forget_x87(void) */
        FUNCTION tbx_forget_x87
        emms
        FORGET_X87
        ret
        .size   tbx_forget_x87, . - tbx_forget_x87

zero:   .long   0

        .section .note.GNU-stack, "", @progbits
