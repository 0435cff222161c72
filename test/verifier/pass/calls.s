# R9 to R11: calls, tail calls, the gate, the call table.
CASE tail_call
        jmp     callee
CASE tail_call_after_frame
        pushq   %rbx
        movl    %edi, %ebx
        call    callee
        popq    %rbx
        jmp     callee
CASE conditional_tail_call
        testl   %edi, %edi
        je      callee
        ret
CASE gate_call
        movl    $1, %edi
        jmp     *gate(%rip)
CASE table_call
        pushq   %rax
        andl    $call_mask, %edi
        leaq    call_table(%rip), %rax
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE table_call_by_lea
        pushq   %rax
        leaq    call_table(%rip), %rax
        andq    $call_mask, %rdi
        leaq    (%rdi,%rax), %rcx
        call    *%rcx
        popq    %rax
        ret
CASE table_call_spilled
        subq    $24, %rsp
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rax, %rdi
        movq    %rdi, 8(%rsp)
        call    callee
        movq    8(%rsp), %rax
        call    *%rax
        addq    $24, %rsp
        ret
CASE table_call_in_loop
        pushq   %rbx
        pushq   %r14
        pushq   %rax
        leaq    call_table(%rip), %rbx
        andl    $call_mask, %edi
        addq    %rdi, %rbx
        movl    %esi, %r14d
1:      call    *%rbx
        decl    %r14d
        jne     1b
        addq    $8, %rsp
        popq    %r14
        popq    %rbx
        ret
CASE table_tail_call
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        jmp     *%rax
CASE room_for_written_arguments
        subq    $8, %rsp
        call    writes_argument
        addq    $8, %rsp
        ret
CASE argument_read
        movq    8(%rsp), %rax
        addq    24(%rsp), %rax
        ret
CASE table_call_summed_in_slot
        subq    $24, %rsp
        leaq    call_table(%rip), %rax
        movq    %rax, 8(%rsp)
        movl    $call_mask, %ecx
        andq    %gs:(%edi), %rcx
        addq    %rcx, 8(%rsp)
        call    callee
        call    *8(%rsp)
        addq    $24, %rsp
        ret
# A call of null, whose mask stands in a register; the jump table has the function followed in full detail.
CASE call_of_null
        pushq   %rax
        cmpl    $1, %edi
        ja      1f
        movl    %edi, %eax
        leaq    null_table(%rip), %rcx
        movslq  (%rcx,%rax,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
1:      xorl    %eax, %eax
        movl    $call_mask, %ecx
        andq    %rax, %rcx
        leaq    call_table(%rip), %rax
        addq    %rcx, %rax
        call    *%rax
2:      popq    %rax
        ret
        TABLE   null_table, 1b, 2b
