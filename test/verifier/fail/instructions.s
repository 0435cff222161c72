# R3: what is not on the allow-list.
CASE syscall_                           # TBV0003
        syscall
        ret
CASE sysenter_                          # TBV0003
        sysenter
        ret
CASE int_80                             # TBV0003
        int     $0x80
        ret
CASE int_1                              # TBV0003
        .byte   0xf1
        ret
CASE wrgsbase_                          # TBV0003
        wrgsbase %rax
        ret
CASE wrfsbase_                          # TBV0003
        wrfsbase %rax
        ret
CASE rdgsbase_                          # TBV0003
        rdgsbase %rax
        ret
CASE swapgs_                            # TBV0003
        swapgs
        ret
CASE move_to_gs                         # TBV0003
        movw    %ax, %gs
        ret
CASE move_to_fs                         # TBV0003
        movl    %eax, %fs
        ret
CASE move_from_ds                       # TBV0003
        movl    %ds, %eax
        ret
CASE move_from_control_register         # TBV0003
        movq    %cr0, %rax
        ret
CASE move_to_debug_register             # TBV0003
        movq    %rax, %dr7
        ret
CASE push_fs                            # TBV0003
        pushq   %fs
        popq    %rax
        ret
CASE pop_gs                             # TBV0003
        pushq   %rax
        popq    %gs
        ret
CASE lgs_                               # TBV0003
        lgs     %gs:(%rdi), %eax
        ret
CASE store_string                       # TBV0003
        stosb
        ret
CASE repeat_store_string                # TBV0003
        rep stosq
        ret
CASE move_string                        # TBV0003
        rep movsb
        ret
CASE load_string                        # TBV0003
        lodsb
        ret
CASE load_string_gs                     # TBV0003
        .byte   0x65, 0x67, 0xac
        ret
CASE scan_string                        # TBV0003
        repne scasb
        ret
CASE compare_string                     # TBV0003
        repe cmpsb
        ret
CASE output_string                      # TBV0003
        outsb
        ret
CASE output                             # TBV0003
        outb    %al, %dx
        ret
CASE translate                          # TBV0003
        xlatb
        ret
CASE masked_move_implicit               # TBV0003
        maskmovdqu %xmm0, %xmm1
        ret
CASE masked_move_implicit_vex           # TBV0003
        vmaskmovdqu %xmm0, %xmm1
        ret
CASE move_offset_load                   # TBV0003
        movabsl 0x10000000, %eax
        ret
CASE move_offset_store                  # TBV0003
        movabsq %rax, 0x10000000
        ret
CASE move_offset_gs                     # TBV0003
        movabsl %gs:0x123456789abc, %eax
        ret
CASE enter_                             # TBV0003
        enter   $16, $0
        leave
        ret
CASE set_direction                      # TBV0003
        std
        ret
CASE pop_flags                          # TBV0003
        pushq   $0
        popfq
        ret
CASE push_flags                         # TBV0003
        pushfq
        popq    %rax
        ret
CASE save_state                         # TBV0003
        xsave   %gs:(%edi)
        ret
CASE restore_state                      # TBV0003
        fxrstor %gs:(%edi)
        ret
CASE x87_restore                        # TBV0003
        frstor  %gs:(%edi)
        ret
CASE write_protection_keys              # TBV0003
        wrpkru
        ret
CASE read_protection_keys               # TBV0003
        rdpkru
        ret
CASE timestamp                          # TBV0003
        rdtsc
        ret
CASE processor_identity                 # TBV0003
        cpuid
        ret
CASE processor_number                   # TBV0003
        rdpid   %rax
        ret
CASE get_extended_control               # TBV0003
        xgetbv
        ret
CASE halt                               # TBV0003
        hlt
        ret
CASE cache_flush                        # TBV0003
        clflush %gs:(%edi)
        ret
CASE cache_zero                         # TBV0003
        clzero
        ret
CASE direct_store                       # TBV0003
        movdir64b %gs:(%edi), %eax
        ret
CASE enqueue                            # TBV0003
        enqcmd  %gs:(%edi), %eax
        ret
CASE monitor_                           # TBV0003
        monitor
        ret
CASE monitor_user                       # TBV0003
        umonitor %rax
        ret
CASE transaction                        # TBV0003
        xbegin  1f
1:      ret
CASE transaction_end                    # TBV0003
        xend
        ret
CASE loop_                              # TBV0003
1:      loop    1b
        ret
CASE jump_if_rcx_zero                   # TBV0003
        jrcxz   1f
1:      ret
CASE far_return                         # TBV0003
        lretq
CASE interrupt_return                   # TBV0003
        iretq
CASE far_call                           # TBV0003
        lcallq  *%gs:(%rdi)
        ret
CASE far_jump                           # TBV0003
        ljmpq   *%gs:(%rdi)
CASE return_and_pop                     # TBV0003
        ret     $8
CASE pop_to_memory                      # TBV0003
        pushq   %rax
        popq    %gs:(%edi)
        ret
CASE push_16                            # TBV0003
        pushw   %ax
        popw    %ax
        ret
CASE mmx_                               # TBV0003
        movq    %mm0, %mm1
        ret
CASE descriptor_table                   # TBV0003
        sgdt    %gs:(%edi)
        ret
CASE segment_limit                      # TBV0003
        lsl     %eax, %eax
        ret
CASE tile                               # TBV0003
        tilezero %tmm0
        ret
CASE shadow_stack                       # TBV0003
        incsspq %rax
        ret
CASE virtual_call                       # TBV0003
        vmcall
        ret
CASE enclave                            # TBV0003
        enclu
        ret
# Its source has 16 bits for some decoders and processors, 32 for others.
CASE movsxd_16                          # TBV0003
        .byte   0x66, 0x63, 0xe6
        ret
