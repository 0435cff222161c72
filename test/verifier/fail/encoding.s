# R4: bytes that processors or decoders may read in different ways.
CASE two_segments                       # TBV0004
        .byte   0x65, 0x3e, 0x67, 0x8b, 0x07
        ret
CASE two_segments_other_order           # TBV0004
        .byte   0x64, 0x65, 0x67, 0x8b, 0x07
        ret
CASE segment_twice                      # TBV0004
        .byte   0x65, 0x65, 0x67, 0x8b, 0x07
        ret
CASE address_size_twice                 # TBV0004
        .byte   0x65, 0x67, 0x67, 0x8b, 0x07
        ret
CASE operand_size_twice                 # TBV0004
        .byte   0x66, 0x66, 0x90
        ret
CASE operand_size_without_meaning       # TBV0004
        .byte   0x66, 0x48, 0x01, 0xc8
        ret
CASE dead_rex                           # TBV0004
        .byte   0x48, 0x66, 0x90
        ret
CASE dead_rex_before_gs                 # TBV0004
        .byte   0x48, 0x65, 0x67, 0x8b, 0x07
        ret
CASE two_rex                            # TBV0004
        .byte   0x48, 0x40, 0x89, 0xc8
        ret
CASE repeat_without_meaning             # TBV0004
        .byte   0xf3, 0x48, 0x89, 0xc8
        ret
CASE repeat_return                      # TBV0004
        .byte   0xf3, 0xc3
CASE bounds_return                      # TBV0004
        .byte   0xf2, 0xc3
CASE rex_return                         # TBV0004
        .byte   0x48, 0xc3
CASE bounds_jump                        # TBV0004
        .byte   0xf2, 0xe9, 0, 0, 0, 0
        ret
CASE rex_call                           # TBV0004
        .byte   0x48
        call    callee
        ret
CASE jump_hint                          # TBV0004
        .byte   0x3e, 0x74, 0x00
        ret
CASE notrack_jump                       # TBV0004
        .byte   0x3e, 0xff, 0xe0
CASE gs_on_registers                    # TBV0004
        .byte   0x65, 0x89, 0xc8
        ret
CASE address_size_on_registers          # TBV0004
        .byte   0x67, 0x89, 0xc8
        ret
CASE address_size_on_call               # TBV0004
        .byte   0x67
        call    callee
        ret
CASE gs_on_jump                         # TBV0004
        .byte   0x65, 0xeb, 0x00
        ret
CASE nop_with_gs                        # TBV0004
        .byte   0x65, 0x0f, 0x1f, 0x00
        ret
CASE elision_hint                       # TBV0004
        .byte   0xf2, 0xf0, 0x65, 0x67, 0x01, 0x07
        ret
CASE return_16                          # TBV0004
        .byte   0x66, 0xc3
CASE evex_w_without_meaning             # TBV0004
        .byte   0x62, 0x51, 0xed, 0x08, 0xf1, 0xea
        ret
CASE vex_b_of_mask_register             # TBV0004
        .byte   0xc4, 0xc1, 0xf9, 0x90, 0xed
        ret
CASE vex_x_of_mask_register             # TBV0004
        .byte   0xc4, 0x81, 0xfc, 0x46, 0xc6
        ret
CASE evex_b_of_mask_register            # TBV0004
        .byte   0x62, 0xc2, 0xfe, 0x08, 0x38, 0xf7
        ret
CASE evex_rounding_of_exact_conversion  # TBV0004
        .byte   0x62, 0xf1, 0x7e, 0xfc, 0x7a, 0xd0
        ret
# haddpd %gs:(%rdi), %xmm0 with REX.W: where 66 and 67 stand too, LLVM does not know it, or takes it for one of MMX.
CASE rex_w_without_meaning              # TBV0004
        .byte   0x66, 0x65, 0x67, 0x48, 0x0f, 0x7c, 0x07
        ret
CASE rex_w_without_meaning_in_registers # TBV0004
        .byte   0x66, 0x49, 0x0f, 0x6f, 0xc1
        ret
CASE evex_length_of_scalar              # TBV0004
        .byte   0x62, 0xf1, 0x7e, 0x28, 0x58, 0xc1      # vaddss %xmm1, %xmm0, %xmm0 with L'L = 1
        ret
