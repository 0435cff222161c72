# A program that does one bad or strange thing, chosen by the first letter of its first argument. Written by hand, so
# that it can do what no compiler would. Exit status 0: all was as docs/abi.md says; 1: it was not.

        .macro HOST_CALL number
        movl    $\number, %edi
        call    gate
        .endm

        .macro CASE letter, label
        cmpb    $\letter, %al
        je      \label
        .endm

        .macro FAIL_UNLESS_ZERO register
        testq   \register, \register
        jnz     fail
        .endm

        .section .text.__tbx_start_c, "ax", @progbits
        .globl  __tbx_start_c
        .type   __tbx_start_c, @function
__tbx_start_c:
        movl    %gs:16(%edi), %ecx      # argv[1]
        movzbl  %gs:(%ecx), %eax
        CASE    'e', echo
        CASE    'r', registers
        CASE    'p', preserved
        CASE    'u', unaligned
        CASE    'd', direction
        CASE    'f', floating
        CASE    'F', floating_fault
        CASE    'v', wide_registers
        CASE    'j', jumps
        CASE    'J', forged_jump
        CASE    'o', old_jump
        CASE    'D', dead_jump
        CASE    'n', null
        CASE    'w', wild
        CASE    'c', constant
        CASE    'k', copied_gate
        CASE    's', data_stack
        CASE    'S', native_stack
        CASE    'x', not_code
        CASE    'X', table_padding
        CASE    't', trap
        CASE    'z', zero_division
        CASE    'm', misaligned
        CASE    'l', loop
        CASE    'b', block
        CASE    'B', bad_stack
        CASE    'P', broken_pipe
        CASE    'h', host_memory
        CASE    'R', return
        jmp     fail

# Every string of the start-up block to standard output, one a line: arguments, then environment.
echo:
        leal    8(%rdi), %ebx
        movl    $2, %r12d
1:      movl    %gs:(%ebx), %r13d
        addl    $8, %ebx
        testl   %r13d, %r13d
        jz      3f
        xorl    %ecx, %ecx
2:      incl    %ecx
        cmpb    $0, %gs:-1(%r13d,%ecx)
        jne     2b
        leal    -1(%ecx), %ecx
        movl    %r13d, %edx
        movl    $1, %esi
        HOST_CALL 1
        movl    $newline, %edx
        movl    $1, %ecx
        movl    $1, %esi
        HOST_CALL 1
        jmp     1b
3:      decl    %r12d
        jnz     1b
        jmp     pass

# After a host call every register that is not preserved is zero, but for the result. They are filled before: what the
# host leaves in them must not come through, and then neither does this.
registers:
        movq    $-1, %rax
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movq    %rax, %mm\n
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        pcmpeqd %xmm\n, %xmm\n
        .endr
        HOST_CALL 39
        cmpq    $2, %rax
        jne     fail
        orq     %rcx, %rdx
        orq     %rdx, %rsi
        orq     %rsi, %rdi
        orq     %rdi, %r8
        orq     %r8, %r9
        orq     %r9, %r10
        orq     %r10, %r11
        FAIL_UNLESS_ZERO %r11
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        movq    %xmm\n, %rax
        FAIL_UNLESS_ZERO %rax
        pextrq  $1, %xmm\n, %rax
        FAIL_UNLESS_ZERO %rax
        .endr
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        movq    %mm\n, %rax
        FAIL_UNLESS_ZERO %rax
        .endr
        emms
        jmp     pass

# rbx, rbp, r12 to r15, rsp, MXCSR and the x87 control word come back as they were.
preserved:
        movl    $0x1111, %ebx
        movl    $0x2222, %ebp
        movl    $0x3333, %r12d
        movl    $0x4444, %r13d
        movl    $0x5555, %r14d
        movq    %rsp, %r15
        pushq   $0x5F80                 # round down
        ldmxcsr (%rsp)
        pushq   $0x0F7F                 # round towards zero
        fldcw   (%rsp)
        movl    $clock, %edx
        xorl    %esi, %esi
        HOST_CALL 228
        stmxcsr 8(%rsp)
        fnstcw  (%rsp)
        popq    %rcx
        popq    %rdx
        cmpw    $0x0F7F, %cx
        jne     fail
        cmpl    $0x5F80, %edx
        jne     fail
        cmpl    $0x1111, %ebx
        jne     fail
        cmpl    $0x2222, %ebp
        jne     fail
        cmpl    $0x3333, %r12d
        jne     fail
        cmpl    $0x4444, %r13d
        jne     fail
        cmpl    $0x5555, %r14d
        jne     fail
        cmpq    %rsp, %r15
        jne     fail
        jmp     pass

# The host must not rely on the alignment of rsp.
unaligned:
        subq    $13, %rsp
        movl    $clock, %edx
        xorl    %esi, %esi
        HOST_CALL 228
        addq    $13, %rsp
        testl   %eax, %eax
        jnz     fail
        jmp     pass

# A host call with the direction flag set; the host clears it, also for the sandbox.
direction:
        std
        movl    $1, %esi
        movl    $text, %edx
        movl    $text_size, %ecx
        HOST_CALL 1
        pushfq
        popq    %rax
        testl   $0x400, %eax
        jnz     fail
        jmp     pass

# Host calls with unmasked exceptions, one of them pending, and a full x87 stack.
floating:
        pushq   $0
        ldmxcsr (%rsp)                  # nothing masked, round to nearest
        fldz
        fldz
        fld1
        fldz
        fldz
        fld1
        fldz
        fld1
        fdiv    %st(1), %st             # 1 / 0, masked
        fldcw   (%rsp)                  # now unmasked and pending
        movl    $1, %esi
        movl    $text, %edx
        movl    $text_size, %ecx
        HOST_CALL 1
        movl    $clock, %edx
        movl    $2, %esi
        HOST_CALL 228
        movl    $clock, %esi
        xorl    %edx, %edx
        HOST_CALL 35                    # nanosleep
        jmp     pass

# setjmp comes back by longjmp, from a deeper frame, with the callee-saved registers and the data stack pointer; the
# value 0 is 1.
jumps:
        movl    $0x1111, %ebx
        movl    $0, %gs:count
        movl    $buffer, %edi
        call    setjmp
        movl    %gs:count, %ecx
        cmpl    %eax, %ecx
        jne     fail
        cmpl    $0x1111, %ebx
        jne     fail
        cmpl    $3, %ecx
        je      pass
        incl    %gs:count
        movl    $0x2222, %ebx
        subq    $16, %gs:__tbx_data_sp
        subq    $88, %rsp
        movl    %gs:count, %esi
        cmpl    $1, %esi
        jne     1f
        xorl    %esi, %esi              # longjmp(buffer, 0) gives 1
1:      movl    $buffer, %edi
        call    longjmp
        ud2

# An id that the host never gave out.
forged_jump:
        movl    $buffer, %edi
        call    setjmp
        movq    $0x7654321, %gs:buffer
        movl    $buffer, %edi
        movl    $1, %esi
        call    longjmp
        ud2

# A setjmp whose function has returned, to a caller whose stack pointer is above.
dead_jump:
        call    do_setjmp
        movl    $buffer, %edi
        movl    $1, %esi
        call    longjmp
        ud2

# The same, but the stack has grown over the place of the old frame, and holds another return address there. The host
# may refuse, or put the old frame back; code must not run on the new contents.
old_jump:
        movl    $0, %gs:count
        call    do_setjmp
        incl    %gs:count
        cmpl    $2, %gs:count
        je      pass
        leaq    fail(%rip), %rax
        .rept   16
        pushq   %rax
        .endr
        movl    $buffer, %edi
        movl    $1, %esi
        call    longjmp
        ud2
do_setjmp:
        subq    $24, %rsp
        movl    $buffer, %edi
        call    setjmp
        addq    $24, %rsp
        ret

null:
        xorl    %eax, %eax
        movb    $1, %gs:(%eax)
wild:
        movl    $0xDEADB000, %eax
        movl    %gs:(%eax), %eax
        jmp     fail
constant:
        movl    $text, %eax
        movb    $1, %gs:(%eax)
        jmp     fail
# The gate slot is empty in the data window: the program does not learn where the host is.
copied_gate:
        movq    %gs:__tbx_gate, %rax
        FAIL_UNLESS_ZERO %rax
        jmp     pass
data_stack:
        movq    %gs:__tbx_data_sp, %rax
1:      subq    $4096, %rax
        movq    %rax, %gs:__tbx_data_sp
        movb    $1, %gs:(%eax)
        jmp     1b
native_stack:
        call    native_stack
        ud2
not_code:
        leaq    __tbx_code_base(%rip), %rax
        call    *%rax
        jmp     fail
table_padding:
        leaq    __tbx_icall_table(%rip), %rax
        movl    $__tbx_icall_mask, %ecx
        addq    %rcx, %rax
        call    *%rax
        jmp     fail
trap:
        ud2
zero_division:
        xorl    %ecx, %ecx
        divl    %ecx
misaligned:
        movl    $text+1, %eax
        movaps  %gs:(%eax), %xmm0
        jmp     fail
loop:
        jmp     loop

# As registers, for AVX-512: the test calls it only where the host has that.
wide_registers:
        movl    $-1, %eax
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        kmovw   %eax, %k\n
        .endr
        .irp    n, 0, 7, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        vpternlogd $255, %zmm\n, %zmm\n, %zmm\n
        .endr
        HOST_CALL 39
        .irp    n, 0, 1, 2, 3, 4, 5, 6, 7
        kmovw   %k\n, %eax
        FAIL_UNLESS_ZERO %rax
        .endr
        .irp    n, 0, 7, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31
        vptestmd %zmm\n, %zmm\n, %k1
        kmovw   %k1, %eax
        FAIL_UNLESS_ZERO %rax
        .endr
        jmp     pass

# A fault with unmasked exceptions, one of them pending, a full x87 stack and the direction flag.
floating_fault:
        pushq   $0
        ldmxcsr (%rsp)
        .rept   7
        fldz
        .endr
        fld1
        fdiv    %st(1), %st
        fldcw   (%rsp)
        std
        ud2

# Reads from standard input, which the test holds open and empty.
block:
        xorl    %esi, %esi
        movl    $buffer, %edx
        movl    $1, %ecx
        HOST_CALL 0
        jmp     fail

# Writes for ever: to a pipe without reader, in the test.
broken_pipe:
        movl    $1, %esi
        movl    $text, %edx
        movl    $text_size, %ecx
        HOST_CALL 1
        jmp     broken_pipe

# A host call whose return would read a bad stack.
bad_stack:
        movl    $39, %edi
        xorl    %esp, %esp
        jmp     *__tbx_gate(%rip)

# What confined code cannot do; the host says that confinement was broken.
host_memory:
        movq    $0x1000, %rax
        movq    (%rax), %rax
        jmp     fail

return:
        movl    $5, %eax
        ret

pass:
        xorl    %esi, %esi
        HOST_CALL 231
fail:
        movl    $1, %esi
        HOST_CALL 231
gate:
        jmp     *__tbx_gate(%rip)
        .size   __tbx_start_c, . - __tbx_start_c

        .section .rodata, "a", @progbits
        .p2align 4
text:   .ascii  "from the sandbox\n"
        .set    text_size, . - text
newline: .ascii "\n"
        .section .data.machine, "aw", @progbits
        .p2align 4
buffer: .zero   64
clock:  .zero   16
count:  .zero   16
        .section .note.GNU-stack, "", @progbits
