# R6 to R8: frames as compilers make them.
CASE frame_pointer
        pushq   %rbp
        movq    %rsp, %rbp
        pushq   %rbx
        pushq   %rax
        movq    %rdi, %rbx
        movq    %rbx, -16(%rbp)
        call    callee
        addq    $8, %rsp
        popq    %rbx
        popq    %rbp
        ret
CASE frame_pointer_leave
        pushq   %rbp
        movq    %rsp, %rbp
        subq    $32, %rsp
        movl    %edi, -4(%rbp)
        movl    -4(%rbp), %eax
        leave
        ret
CASE restored_through_frame_pointer
        pushq   %rbp
        movq    %rsp, %rbp
        pushq   %rbx
        subq    $24, %rsp
        xorl    %ebx, %ebx
        leaq    -8(%rbp), %rsp
        popq    %rbx
        popq    %rbp
        ret
CASE all_registers
        pushq   %rbp
        pushq   %r15
        pushq   %r14
        pushq   %r13
        pushq   %r12
        pushq   %rbx
        subq    $40, %rsp
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        movq    %rdi, %r12
        imulq   %r12, %r13
        bswapq  %r14
        movb    $0, %r15b
        call    callee
        addq    $40, %rsp
        popq    %rbx
        popq    %r12
        popq    %r13
        popq    %r14
        popq    %r15
        popq    %rbp
        ret
CASE saved_by_moves
        movq    %rbx, -16(%rsp)
        movq    %rbp, -8(%rsp)
        movl    %edi, %ebx
        movl    %esi, %ebp
        movq    -8(%rsp), %rbp
        movq    -16(%rsp), %rbx
        ret
CASE saved_in_register
        movq    %rbx, %rdx
        movl    %edi, %ebx
        addl    %esi, %ebx
        movl    %ebx, %eax
        movq    %rdx, %rbx
        ret
CASE realigned
        pushq   %rbp
        movq    %rsp, %rbp
        pushq   %rbx
        andq    $-32, %rsp
        subq    $96, %rsp
        movl    %edi, %ebx
        vmovaps %ymm0, 32(%rsp)
        vmovaps %ymm1, (%rsp)
        call    callee
        vmovaps 32(%rsp), %ymm0
        leaq    -8(%rbp), %rsp
        popq    %rbx
        popq    %rbp
        ret
CASE shrink_wrapped
        testl   %edi, %edi
        je      1f
        pushq   %rbx
        movl    %edi, %ebx
        call    callee
        movl    %ebx, %eax
        popq    %rbx
1:      ret
CASE several_returns
        pushq   %rbx
        testl   %edi, %edi
        je      1f
        movl    $1, %ebx
        popq    %rbx
        ret
1:      movl    $2, %ebx
        popq    %rbx
        ret
CASE loop
        pushq   %rbx
        xorl    %ebx, %ebx
1:      call    callee
        addl    $1, %ebx
        cmpl    %edi, %ebx
        jb      1b
        popq    %rbx
        ret
CASE pushed_arguments
        subq    $8, %rsp
        pushq   $1
        pushq   %rdi
        call    reads_argument
        addq    $24, %rsp
        ret
CASE sequentially_consistent_fence
        lock orl $0, (%rsp)
        ret
CASE sequentially_consistent_fence_in_red_zone
        lock orl $0, -64(%rsp)
        ret
CASE no_return
        pushq   %rax
        call    callee
        ud2
CASE largest_frame
        subq    $16376, %rsp
        movb    $0, (%rsp)
        addq    $16376, %rsp
        ret
CASE padding
        testl   %edi, %edi
        je      1f
        .byte   0x66, 0x66, 0x66, 0x66, 0x2e, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0
        .nops   9
        xchgw   %ax, %ax
1:      ret
        .nops   15
CASE much_padding
        ret
        .fill   20000, 1, 0xcc
# A trap does the same whatever the frame is.
CASE trap_with_and_without_frame
        testl   %edi, %edi
        jne     1f
        subq    $24, %rsp
        movq    %rdi, 8(%rsp)
        call    callee
1:      ud2
CASE trap_fallen_into_with_a_frame
        testl   %edi, %edi
        jne     1f
        pushq   %rbx
        testl   %esi, %esi
        jne     1f
        subq    $16, %rsp
1:      int3
