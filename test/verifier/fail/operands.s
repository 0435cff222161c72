# R5: operands that are neither in the window, nor in the frame, nor in the read-only segment.
CASE plain_load                         # TBV0005
        movl    (%rdi), %eax
        ret
CASE plain_store                        # TBV0005
        movl    %eax, (%rdi)
        ret
CASE plain_indexed                      # TBV0005
        movl    (%rdi,%rcx,4), %eax
        ret
CASE absolute                           # TBV0005
        movl    0x10000000, %eax
        ret
CASE absolute_indexed                   # TBV0005
        movl    0x10000000(,%rcx,4), %eax
        ret
CASE gs_64                              # TBV0005
        movl    %gs:(%rdi), %eax
        ret
CASE gs_64_store                        # TBV0005
        movl    %eax, %gs:(%rdi)
        ret
CASE gs_64_index                        # TBV0005
        movl    %gs:(,%rdi,8), %eax
        ret
# The encoding of an address without registers was learnt before.
CASE gs_64_index_of_learnt_address      # TBV0005
        movl    %gs:16, %eax
        movl    %gs:16, %ecx
        movl    %gs:16(,%rax), %ecx
        ret
CASE gs_negative_displacement           # TBV0005
        movl    %gs:-16, %eax
        ret
CASE gs_rip                             # TBV0005
        movl    %gs:variable(%rip), %eax
        ret
CASE fs_32                              # TBV0004
        movl    %fs:(%edi), %eax
        ret
CASE plain_32                           # TBV0005
        movl    (%edi), %eax
        ret
CASE plain_eip                          # TBV0005
        movl    constants(%eip), %eax
        ret
CASE plain_read_modify_write            # TBV0005
        addl    %eax, (%rdi)
        ret
CASE plain_locked                       # TBV0005
        lock xaddl %eax, (%rdi)
        ret
CASE plain_compare_exchange             # TBV0005
        lock cmpxchg16b (%rdi)
        ret
CASE plain_vector                       # TBV0005
        movups  %xmm0, (%rdi)
        ret
CASE plain_vex                          # TBV0005
        vmovups (%rdi), %ymm0
        ret
CASE plain_evex                         # TBV0005
        vmovups %zmm0, (%rdi)
        ret
CASE gs_64_evex                         # TBV0005
        vmovups %gs:(%rdi), %zmm0
        ret
CASE plain_gather                       # TBV0005
        vpgatherdd %ymm0, (%rdi,%ymm1,4), %ymm2
        ret
CASE gs_64_gather                       # TBV0005
        vpgatherdd %ymm0, %gs:(%rdi,%ymm1,4), %ymm2
        ret
CASE stack_gather                       # TBV0005
        vpgatherdd %xmm0, -64(%rsp,%xmm1,4), %xmm2
        ret
CASE plain_scatter                      # TBV0005
        vpscatterdd %zmm0, (%rdi,%zmm1,4) {%k1}
        ret
CASE plain_x87                          # TBV0005
        fldt    (%rdi)
        fstpt   %gs:(%edi)
        ret
CASE plain_control_word                 # TBV0005
        fldcw   (%rdi)
        ret
CASE plain_prefetch                     # TBV0005
        prefetcht0 (%rdi)
        ret
CASE plain_push                         # TBV0005
        pushq   (%rdi)
        popq    %rax
        ret
CASE write_constants                    # TBV0005
        movl    %eax, constants(%rip)
        ret
CASE increment_constants                # TBV0005
        lock incl constants(%rip)
        ret
CASE read_beyond_constants              # TBV0005
        movl    constants + 0x1000(%rip), %eax
        ret
CASE straddle_end_of_constants          # TBV0005
        movups  constants + 56(%rip), %xmm0
        ret
CASE read_variable                      # TBV0005
        movq    variable(%rip), %rax
        ret
CASE read_code                          # TBV0005
        movq    callee(%rip), %rax
        ret
CASE read_gate                          # TBV0005
        movq    gate(%rip), %rax
        ret
CASE write_gate                         # TBV0005
        movq    %rax, gate(%rip)
        ret
CASE stack_indexed                      # TBV0005
        movl    -64(%rsp,%rcx,4), %eax
        ret
CASE stack_indexed_bounded              # TBV0005
        andl    $3, %ecx
        movl    -64(%rsp,%rcx,4), %eax
        ret
CASE stack_bit_offset                   # TBV0005
        btsq    %rcx, -8(%rsp)
        ret
CASE constants_bit_offset               # TBV0005
        btq     %rcx, constants(%rip)
        ret
CASE gs_bit_offset_without_address_size # TBV0005
        btsq    %rcx, %gs:variable
        ret
# Up to 2^60 bytes beside the operand; no manual says that the sum is cut to 32 bits.
CASE gs_bit_offset                      # TBV0005
        btsq    %rcx, %gs:(%edi)
        ret
CASE gs_bit_offset_of_32_bits           # TBV0005
        lock btcl %ecx, %gs:(%edi)
        ret
CASE gs_bit_offset_of_16_bits           # TBV0005
        btw     %cx, %gs:(%edi)
        ret
CASE gs_bit_offset_bounded              # TBV0005
        andl    $31, %ecx
        btrl    %ecx, %gs:(%edi)
        ret
CASE below_red_zone                     # TBV0005
        movq    %rax, -136(%rsp)
        ret
CASE far_below                          # TBV0005
        movq    %rax, -0x100000(%rsp)
        ret
CASE frame_pointer_unknown              # TBV0005
        pushq   %rbp
        movl    %eax, %ebp
        movq    %rax, -8(%rbp)
        popq    %rbp
        ret
CASE frame_pointer_of_caller            # TBV0005
        movq    %rax, -8(%rbp)
        ret
CASE frame_pointer_after_partial_write  # TBV0005
        pushq   %rbp
        movq    %rsp, %rbp
        movw    %ax, %bp
        movq    %rax, -8(%rbp)
        popq    %rbp
        ret
CASE frame_pointer_scaled               # TBV0005
        leaq    (%rsp,%rdi), %rcx
        movq    %rax, (%rcx)
        ret
CASE frame_pointer_by_conditional_move  # TBV0005
        leaq    -8(%rsp), %rcx
        testl   %eax, %eax
        cmoveq  %rdi, %rcx
        movq    %rax, (%rcx)
        ret
CASE stack_address_from_slot_written    # TBV0005
        subq    $24, %rsp
        leaq    (%rsp), %rcx
        movq    %rcx, 8(%rsp)
        movb    %al, 9(%rsp)
        movq    8(%rsp), %rcx
        movq    %rax, (%rcx)
        addq    $24, %rsp
        ret
CASE stack_address_from_slot_overwritten_by_vector # TBV0005
        subq    $40, %rsp
        leaq    (%rsp), %rcx
        movq    %rcx, 8(%rsp)
        movups  %xmm0, (%rsp)
        movq    8(%rsp), %rcx
        movq    %rax, (%rcx)
        addq    $40, %rsp
        ret
CASE stack_address_kept_in_red_zone     # TBV0005
        leaq    -8(%rsp), %rcx
        movq    %rcx, -16(%rsp)
        subq    $8, %rsp
        call    callee
        addq    $8, %rsp
        movq    -16(%rsp), %rcx
        movq    %rax, (%rcx)
        ret
CASE stack_address_in_caller_saved      # TBV0005
        leaq    -8(%rsp), %rcx
        subq    $8, %rsp
        call    callee
        addq    $8, %rsp
        movq    %rax, (%rcx)
        ret
CASE stack_address_truncated            # TBV0005
        leaq    -8(%rsp), %rcx
        movl    %ecx, %ecx
        movq    %rax, (%rcx)
        ret
CASE table_wrong_scale                  # TBV0005
        andl    $1, %edi
        leaq    constants(%rip), %rcx
        movslq  (%rcx,%rdi,8), %rax
        ret
CASE constants_by_register              # TBV0005
        leaq    constants(%rip), %rcx
        movl    (%rcx), %eax
        ret
CASE lea_with_gs                        # TBV0005
        .byte   0x65, 0x48, 0x8d, 0x07
        ret
CASE x87_environment_over_return        # TBV0007
        fnstenv -24(%rsp)
        ret
CASE mxcsr_to_memory                    # TBV0005
        stmxcsr (%rdi)
        ret
CASE mxcsr_over_return                  # TBV0007
        stmxcsr -2(%rsp)
        ret
# vblendvps %xmm0, 0x1000(%rsp), %xmm1, %xmm0: the last byte names a register. In the first two it is like all those of
# the displacement, which must not be taken to end there.
CASE displacement_before_register       # TBV0011
        subq    $24, %rsp
        .byte   0xc4, 0xe3, 0x71, 0x4a, 0x84, 0x24, 0, 0, 0, 0, 0
        .byte   0xc4, 0xe3, 0x71, 0x4a, 0x84, 0x24, 0, 0, 0, 0, 0
        .byte   0xc4, 0xe3, 0x71, 0x4a, 0x84, 0x24, 0, 0x10, 0, 0, 0
        addq    $24, %rsp
        ret
