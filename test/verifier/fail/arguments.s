# R11: stack arguments.
CASE beyond_arguments                   # TBV0011
        movq    0x10000(%rsp), %rax
        ret
CASE beyond_arguments_store             # TBV0011
        movq    %rax, 0x10000(%rsp)
        ret
CASE straddles_limit                    # TBV0011
        movups  2048(%rsp), %xmm0
        ret
