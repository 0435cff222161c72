# R7: the return address.
CASE overwrite                          # TBV0007
        movq    %rdi, (%rsp)
        ret
CASE overwrite_byte                     # TBV0007
        movb    %dil, 7(%rsp)
        ret
CASE overwrite_by_vector                # TBV0007
        movups  %xmm0, -8(%rsp)
        ret
CASE overwrite_by_alias                 # TBV0007
        leaq    (%rsp), %rax
        movq    %rdi, (%rax)
        ret
CASE overwrite_from_frame               # TBV0007
        pushq   %rbp
        movq    %rsp, %rbp
        movq    %rdi, 8(%rbp)
        popq    %rbp
        ret
CASE or_one                             # TBV0007
        lock orl $1, (%rsp)
        ret
CASE or_zero_beside                     # TBV0007
        lock orl $0, 1(%rsp)
        ret
CASE add_to_it                          # TBV0007
        addq    $16, (%rsp)
        ret
CASE read_it                            # TBV0007
        movq    (%rsp), %rax
        ret
CASE exchange_it                        # TBV0007
        xchgq   %rax, (%rsp)
        ret
CASE push_it                            # TBV0007
        pushq   (%rsp)
        popq    %rax
        ret
CASE realigned_reaches_it               # TBV0007
        pushq   %rbp
        movq    %rsp, %rbp
        andq    $-32, %rsp
        movq    %rdi, 16(%rsp)
        movq    %rbp, %rsp
        popq    %rbp
        ret
