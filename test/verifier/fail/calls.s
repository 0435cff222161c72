# R9: calls.
CASE argument_area_is_return_address    # TBV0009
        call    writes_argument
        ret
CASE argument_area_too_small            # TBV0008
        pushq   %rbx
        movl    %edi, %ebx
        call    writes_argument
        popq    %rbx
        ret
CASE call_register                      # TBV0010
        pushq   %rax
        call    *%rdi
        popq    %rax
        ret
CASE call_window                        # TBV0010
        pushq   %rax
        call    *%gs:(%edi)
        popq    %rax
        ret
CASE call_slot                          # TBV0010
        pushq   %rdi
        call    *(%rsp)
        popq    %rax
        ret
CASE call_constants                     # TBV0010
        pushq   %rax
        call    *constants(%rip)
        popq    %rax
        ret
CASE call_gate                          # TBV0005
        pushq   %rax
        call    *gate(%rip)
        popq    %rax
        ret
CASE call_function_address              # TBV0010
        pushq   %rax
        leaq    callee(%rip), %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_without_mask            # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_with_large_mask         # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask * 2 + 8, %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_unaligned_mask          # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask + 4, %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_negative_mask           # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andq    $-8, %rdi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_moved                   # TBV0010
        pushq   %rax
        leaq    call_table + 8(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_elsewhere               # TBV0010
        pushq   %rax
        leaq    callee(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_32_bit_sum              # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addl    %edi, %eax
        call    *%rax
        popq    %rax
        ret
CASE call_table_scaled                  # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        leaq    (%rax,%rdi,2), %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_index_changed           # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        incl    %edi
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_mask_on_16_bits         # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andw    $call_mask, %di
        addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_address_in_window       # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        movq    %rax, %gs:variable
        movq    %gs:variable, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_table_mask_on_one_path        # TBV0010
        pushq   %rax
        leaq    call_table(%rip), %rax
        testl   %esi, %esi
        je      1f
        andl    $call_mask, %edi
1:      addq    %rdi, %rax
        call    *%rax
        popq    %rax
        ret
CASE call_slot_after_call_below         # TBV0010
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        movq    %rax, -16(%rsp)
        subq    $8, %rsp
        call    callee
        call    *-8(%rsp)
        addq    $8, %rsp
        ret
CASE call_slot_summed_twice             # TBV0010
        subq    $24, %rsp
        leaq    call_table(%rip), %rax
        movq    %rax, 8(%rsp)
        andl    $call_mask, %edi
        addq    %rdi, 8(%rsp)
        addq    %rdi, 8(%rsp)
        call    *8(%rsp)
        addq    $24, %rsp
        ret
