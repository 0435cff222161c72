# R9 when a function in the call table writes its stack arguments: any call through the table may reach it.
        .section .tbx.icall, "ax", @progbits
        .p2align 3, 0xcc
        jmp     writes_argument
        .p2align 3, 0xcc
CASE table_call_without_room            # TBV0009
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        ret
CASE table_call_over_saved_register     # TBV0008
        pushq   %rbx
        xorl    %ebx, %ebx
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rbx
        ret
CASE tail_call_writes_arguments_of_caller # TBV0009
        call    table_tail_call_here
        ret
table_tail_call_here:
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        jmp     *%rax
