# R9: room for what the functions of the call table write of their stack arguments.
        .section .tbx.icall, "ax", @progbits
        .p2align 3, 0xcc
        jmp     writes_argument
        .p2align 3, 0xcc
CASE table_call_with_room
        pushq   %rbx
        subq    $8, %rsp
        xorl    %ebx, %ebx
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        addq    $8, %rsp
        popq    %rbx
        ret
