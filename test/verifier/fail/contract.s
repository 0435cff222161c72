# R8: functions are left as they were entered.
CASE unbalanced                         # TBV0008
        pushq   %rax
        ret
CASE unbalanced_on_one_path             # TBV0012
        testl   %edi, %edi
        je      1f
        pushq   %rax
1:      ret
CASE rbx_clobbered                      # TBV0008
        movl    $0, %ebx
        ret
CASE rbp_clobbered                      # TBV0008
        xorl    %ebp, %ebp
        ret
CASE r12_clobbered_partly               # TBV0008
        movb    %al, %r12b
        ret
CASE r15_clobbered_by_multiply          # TBV0008
        imulq   %rdi, %r15
        ret
CASE swapped                            # TBV0008
        pushq   %rbx
        pushq   %rbp
        popq    %rbx
        popq    %rbp
        ret
CASE exchanged                          # TBV0008
        xchgq   %rbx, %rbp
        ret
CASE saved_slot_overwritten             # TBV0008
        pushq   %rbx
        movq    %rdi, (%rsp)
        popq    %rbx
        ret
CASE saved_slot_overwritten_partly      # TBV0008
        pushq   %rbx
        movb    %dil, 3(%rsp)
        popq    %rbx
        ret
CASE saved_slot_overwritten_by_vector   # TBV0008
        pushq   %rbx
        subq    $16, %rsp
        movups  %xmm0, 8(%rsp)
        addq    $16, %rsp
        popq    %rbx
        ret
CASE restored_32                        # TBV0008
        pushq   %rbx
        movl    $1, %ebx
        movl    (%rsp), %ebx
        addq    $8, %rsp
        ret
CASE restored_on_one_path               # TBV0008
        pushq   %rbx
        movl    %edi, %ebx
        testl   %edi, %edi
        je      1f
        movq    (%rsp), %rbx
1:      addq    $8, %rsp
        ret
CASE saved_in_red_zone_over_call        # TBV0008
        movq    %rbx, -16(%rsp)
        movl    %edi, %ebx
        subq    $8, %rsp
        call    callee
        addq    $8, %rsp
        movq    -16(%rsp), %rbx
        ret
CASE saved_under_realigned_frame        # TBV0008
        pushq   %rbp
        movq    %rsp, %rbp
        pushq   %rbx
        andq    $-64, %rsp
        subq    $64, %rsp
        movl    %edi, %ebx
        movq    %rdi, 56(%rsp)
        movq    %rdi, -16(%rbp)
        movq    -8(%rbp), %rbx
        leaq    -8(%rbp), %rsp
        movq    %rdi, (%rsp)
        popq    %rbx
        popq    %rbp
        ret
CASE tail_call_unbalanced               # TBV0008
        pushq   %rax
        jmp     callee
CASE tail_call_with_clobbered_register  # TBV0008
        movl    %edi, %ebx
        jmp     callee
CASE conditional_tail_call_unbalanced   # TBV0008
        pushq   %rax
        testl   %edi, %edi
        je      callee
        popq    %rax
        ret
CASE fall_into_function                 # TBV0008
        pushq   %rax
        jmp     rbx_clobbered
CASE gate_unbalanced                    # TBV0008
        pushq   %rax
        jmp     *gate(%rip)
CASE gate_with_clobbered_register       # TBV0008
        movl    %edi, %ebp
        jmp     *gate(%rip)
CASE cmpxchg_of_saved                   # TBV0008
        lock cmpxchgq %rdi, %gs:(%esi)
        cmpxchgq %rax, %rbx
        ret
CASE cpu_count_of_leading_zeros         # TBV0008
        bsrl    %edi, %ebx
        ret
CASE mulx_second_destination            # TBV0008
        mulxq   %rdi, %r13, %rax
        ret
CASE exchange_and_add                   # TBV0008
        xaddq   %rbx, %rax
        ret
CASE vector_to_register                 # TBV0008
        movq    %xmm0, %r14
        ret
