# R10: bounded jump tables as LLVM makes them, and those of computed gotos.
TABLE   table_switch, 1f, 2f
TABLE   table_after_loop, 3f, 4f
TABLE   table_goto, 5f, 6f, 5f, 7f

        .macro  JUMP table, index
        leaq    \table(%rip), %rcx
        movslq  (%rcx,\index,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
        .endm

CASE switch_
        cmpl    $1, %edi
        ja      1f
        movl    %edi, %eax
        JUMP    table_switch, %rax
1:      ret
2:      movl    $2, %eax
        ret
CASE switch_from_five
        addl    $-5, %edi
        cmpl    $1, %edi
        ja      1b
        JUMP    table_switch, %rdi
CASE switch_by_lea
        leal    -5(%rdi), %eax
        cmpl    $2, %eax
        jae     1b
        JUMP    table_switch, %rax
CASE switch_by_subtraction
        movl    %edi, %ecx
        movl    %edi, %eax
        subl    $1, %ecx
        ja      1b
        JUMP    table_switch, %rax
CASE switch_spilled
        movl    %edi, -4(%rsp)
        movl    -4(%rsp), %eax
        movl    %eax, %ecx
        movq    %rcx, -16(%rsp)
        subl    $1, %eax
        ja      1b
        movq    -16(%rsp), %rax
        leaq    table_switch(%rip), %rcx
        movslq  (%rcx,%rax,4), %rax
        addq    %rcx, %rax
        jmpq    *%rax
CASE switch_64
        cmpq    $1, %rdi
        ja      1b
        JUMP    table_switch, %rdi
CASE switch_byte
        cmpb    $1, %dil
        ja      1b
        movzbl  %dil, %eax
        JUMP    table_switch, %rax
CASE switch_bits
        andl    $63, %esi
        cmpb    $1, %sil
        ja      1b
        movzbl  %sil, %eax
        JUMP    table_switch, %rax
CASE switch_shifted
        movl    %edi, %eax
        shrl    $31, %eax
        JUMP    table_switch, %rax
CASE switch_after_moves
        movl    %edi, %eax
        cmpl    $1, %edi
        movups  %gs:(%esi), %xmm0
        leaq    8(%rsi), %rsi
        ja      1b
        JUMP    table_switch, %rax
CASE switch_in_loop
        xorl    %edx, %edx
8:      movl    %gs:(%esi), %edi
        addl    $4, %esi
        cmpl    $1, %edi
        ja      4f
        JUMP    table_after_loop, %rdi
3:      addl    $1, %edx
        jmp     8b
4:      movl    %edx, %eax
        ret
CASE switch_after_two_comparisons
        movzwl  %gs:(%edi), %eax
        cmpl    $2, %eax
        jne     11f
10:     movzwl  %gs:(%esi), %eax
        addl    $2, %esi
        cmpl    $2, %eax
        je      10b
11:     jae     1b
        movl    %eax, %edx
        JUMP    table_switch, %rdx
CASE computed_goto
        leaq    table_goto(%rip), %rdx
        movl    %gs:(%esi), %eax
        andl    $3, %eax
        movslq  (%rdx,%rax,4), %rcx
        addq    %rdx, %rcx
        jmp     *%rcx
5:      movl    %gs:4(%esi), %eax
        andl    $3, %eax
        movslq  (%rdx,%rax,4), %rcx
        addq    %rdx, %rcx
        jmp     *%rcx
6:      ret
7:      ud2
CASE byte_from_memory
        movzbl  %gs:(%edi), %eax
        leaq    table_of_256(%rip), %rcx
        movslq  (%rcx,%rax,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
9:      ret
        .section .rodata, "a", @progbits
        .p2align 2
table_of_256:
        .rept   256
        .long   9b - table_of_256
        .endr
        .text
# mawk: one comparison serves two branches, the second behind an edge of the first.
CASE switch_compared_before_branch
        cmpl    $1, %edi
        jne     3f
        ret
1:      ret
3:      ja      1b
        movl    %edi, %eax
        JUMP    table_switch, %rax
CASE switch_compared_before_join
        cmpl    $2, %edi
        je      3f
        js      3f
        nop
3:      jae     1b
        movl    %edi, %eax
        JUMP    table_switch, %rax
