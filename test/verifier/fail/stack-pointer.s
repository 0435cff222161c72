# R6: the stack pointer.
CASE pivot_by_move                      # TBV0006
        movq    %rdi, %rsp
        ret
CASE pivot_by_exchange                  # TBV0006
        xchgq   %rdi, %rsp
        ret
CASE pivot_by_pop                       # TBV0006
        pushq   %rdi
        popq    %rsp
        ret
CASE pivot_by_leave                     # TBV0006
        leave
        ret
CASE pivot_by_load                      # TBV0006
        movq    %gs:(%edi), %rsp
        ret
CASE pivot_by_conditional_move          # TBV0006
        cmoveq  %rdi, %rsp
        ret
CASE pivot_by_swap                      # TBV0006
        bswapq  %rsp
        ret
CASE pivot_by_corrupted_frame_pointer   # TBV0006
        pushq   %rbp
        movq    %rsp, %rbp
        movl    %edi, %ebp
        movq    %rbp, %rsp
        popq    %rbp
        ret
CASE add_register                       # TBV0006
        addq    %rdi, %rsp
        ret
CASE subtract_register                  # TBV0006
        subq    %rdi, %rsp
        ret
CASE write_32                           # TBV0006
        addl    $8, %esp
        ret
CASE move_32                            # TBV0006
        movl    %esp, %esp
        ret
CASE lea_32                             # TBV0006
        leal    -8(%rsp), %esp
        ret
CASE write_16                           # TBV0006
        addw    $8, %sp
        ret
CASE write_8                            # TBV0006
        movb    $0, %spl
        ret
CASE increment                          # TBV0006
        incq    %rsp
        ret
CASE huge_frame                         # TBV0006
        subq    $0x10000000, %rsp
        addq    $0x10000000, %rsp
        ret
CASE frame_above_limit                  # TBV0006
        subq    $16392, %rsp
        addq    $16392, %rsp
        ret
CASE above_entry                        # TBV0006
        addq    $8, %rsp
        pushq   %rax
        ret
CASE pop_return_address                 # TBV0006
        popq    %rax
        pushq   %rax
        ret
CASE dynamic_alloca                     # TBV0006
        pushq   %rbp
        movq    %rsp, %rbp
        subq    %rdi, %rsp
        movq    %rbp, %rsp
        popq    %rbp
        ret
CASE realign_by_odd_mask                # TBV0006
        pushq   %rbp
        movq    %rsp, %rbp
        andq    $-24, %rsp
        movq    %rbp, %rsp
        popq    %rbp
        ret
CASE realign_twice                      # TBV0006
        pushq   %rbp
        movq    %rsp, %rbp
        andq    $-32, %rsp
        andq    $-64, %rsp
        movq    %rbp, %rsp
        popq    %rbp
        ret
CASE push_loop                          # TBV0012
        xorl    %eax, %eax
1:      pushq   %rax
        decl    %edi
        jne     1b
        ret
CASE pivot_by_copy_in_the_red_zone       # TBV0006
        subq    $24, %rsp
        movq    %rsp, -8(%rsp)
        call    callee
        movq    -8(%rsp), %rsp
        addq    $24, %rsp
        ret
CASE get_instruction_pointer             # TBV0006
        call    1f
1:      popq    %rax
        ret
CASE leave_from_above                    # TBV0006
        pushq   %rbp
        leaq    16(%rsp), %rbp
        leave
        ret
