# R10: indirect jumps.
TABLE   two, one_too_many, one_too_many
TABLE   into_instruction, index_into_instruction + 1, index_into_instruction + 1

        .macro  JUMP table=two, index=%rdi
        leaq    \table(%rip), %rcx
        movslq  (%rcx,\index,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
        .endm

CASE jump_register                      # TBV0010
        jmp     *%rdi
CASE jump_window                        # TBV0010
        jmp     *%gs:(%edi)
CASE jump_slot                          # TBV0010
        movq    %rdi, -8(%rsp)
        jmp     *-8(%rsp)
CASE jump_constants                     # TBV0010
        jmp     *constants(%rip)
CASE jump_gate_neighbour                # TBV0005
        jmp     *gate + 8(%rip)
CASE no_bound                           # TBV0010
        JUMP
CASE no_bound_32                        # TBV0010
        movl    %edi, %edi
        JUMP
CASE one_too_many                       # TBV0010
        cmpl    $17, %edi
        ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE signed_bound                       # TBV0010
        cmpl    $1, %edi
        jg      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE bound_on_one_path                  # TBV0010
        testl   %esi, %esi
        je      2f
        cmpl    $1, %edi
        ja      1f
2:      movl    %edi, %edi
        JUMP
1:      ret
CASE two_comparisons_of_other_constants    # TBV0010
        movzwl  %gs:(%edi), %eax
        cmpl    $2, %eax
        jne     2f
        movzwl  %gs:(%esi), %eax
        cmpl    $300, %eax
2:      jae     1f
        movl    %eax, %edi
        JUMP
1:      ret
CASE two_comparisons_of_other_registers # TBV0010
        movzwl  %gs:(%edi), %eax
        movzwl  %gs:(%esi), %edx
        cmpl    $2, %eax
        jne     2f
        cmpl    $2, %edx
2:      jae     1f
        movl    %eax, %edi
        JUMP
1:      ret
CASE changed_after_one_of_two_comparisons # TBV0010
        movzwl  %gs:(%edi), %eax
        cmpl    $2, %eax
        jne     2f
        movzwl  %gs:(%esi), %eax
        cmpl    $2, %eax
        movzwl  %gs:2(%esi), %eax
2:      jae     1f
        movl    %eax, %edi
        JUMP
1:      ret
CASE two_comparisons_of_other_widths    # TBV0010
        movzwl  %gs:(%edi), %eax
        cmpl    $2, %eax
        jne     2f
        movzwl  %gs:(%esi), %eax
        cmpb    $2, %al
2:      jae     1f
        movl    %eax, %edi
        JUMP
1:      ret
CASE copy_of_an_earlier_value           # TBV0010
        movzwl  %gs:(%edi), %eax
        movl    %eax, %ecx
        cmpl    $2, %eax
        jne     2f
3:      movl    %eax, %ecx
        movzwl  %gs:(%esi), %eax
        cmpl    $2, %eax
        je      3b
2:      jae     1f
        movl    %ecx, %edi
        JUMP
1:      ret
CASE upper_half_not_cleared             # TBV0010
        cmpl    $1, %edi
        ja      1f
        JUMP
1:      ret
CASE bound_of_8_bits                    # TBV0010
        cmpb    $1, %dil
        ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE bound_of_high_byte                 # TBV0010
        movl    %edi, %edx
        cmpb    $1, %dh
        ja      1f
        JUMP    two, %rdx
1:      ret
CASE sign_extended                      # TBV0010
        movsbl  %dil, %edi
        cmpl    $1, %edi
        jg      1f
        JUMP
1:      ret
CASE negative_bound                     # TBV0010
        cmpl    $-1, %edi
        ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE flags_changed                      # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        incl    %esi
        ja      1f
        JUMP
1:      ret
CASE flags_changed_by_shift             # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        shll    $1, %esi
        ja      1f
        JUMP
1:      ret
CASE flags_changed_by_call              # TBV0010
        pushq   %rbx
        movl    %edi, %ebx
        cmpl    $1, %ebx
        call    callee
        ja      1f
        JUMP    two, %rbx
1:      popq    %rbx
        ret
CASE index_changed_after_bound          # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        ja      1f
        incl    %edi
        JUMP
1:      ret
CASE index_exchanged_after_bound        # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        ja      1f
        xchgl   %edi, %esi
        JUMP
1:      ret
CASE index_changed_partly               # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        ja      1f
        movw    %si, %di
        JUMP
1:      ret
CASE index_conditionally_moved          # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        ja      1f
        cmovel  %esi, %edi
        JUMP
1:      ret
CASE index_changed_by_multiply          # TBV0010
        movl    %edi, %eax
        cmpl    $1, %eax
        ja      1f
        mull    %esi
        JUMP    two, %rax
1:      ret
CASE index_changed_by_compare_exchange  # TBV0010
        movl    %edi, %eax
        cmpl    $1, %eax
        ja      1f
        lock cmpxchgl %esi, %gs:(%edx)
        JUMP    two, %rax
1:      ret
CASE index_changed_in_loop              # TBV0010
        movl    %edi, %edi
        cmpl    $1, %edi
        ja      1f
2:      movl    %edi, %eax
        incl    %edi
        testl   %esi, %esi
        je      2b
        JUMP    two, %rax
1:      ret
CASE old_name_in_loop                   # TBV0010
# The copy in %r8 is of the round before; the bound is of this one's.
        xorl    %r8d, %r8d
2:      movl    %gs:(%esi), %edi
        movl    %edi, %r9d
        cmpl    $1, %edi
        ja      1f
        movl    %r8d, %r10d
        movl    %r9d, %r8d
        movl    %gs:(%edx), %edi
        movl    %edi, %r9d
        testl   %edx, %edx
        je      3f
        JUMP    two, %r9
3:      jmp     2b
1:      ret
CASE index_spilled_and_overwritten      # TBV0010
        movl    %edi, %edi
        movq    %rdi, -8(%rsp)
        cmpl    $1, %edi
        ja      1f
        movl    %esi, -8(%rsp)
        movq    -8(%rsp), %rax
        JUMP    two, %rax
1:      ret
CASE index_in_window                    # TBV0010
        movl    %edi, %edi
        movq    %rdi, %gs:variable
        cmpl    $1, %edi
        ja      1f
        movq    %gs:variable, %rax
        JUMP    two, %rax
1:      ret
CASE index_into_instruction             # TBV0010
        movl    $0x90909090, %eax
        andl    $1, %edi
        JUMP    into_instruction
CASE table_in_data                      # TBV0010
        andl    $1, %edi
        JUMP    variable
CASE table_in_code                      # TBV0010
        andl    $1, %edi
        JUMP    callee
CASE table_beyond_end                   # TBV0010
        andl    $0x7fff, %edi
        JUMP
CASE table_of_another                   # TBV0010
        andl    $1, %edi
        leaq    two(%rip), %rcx
        leaq    into_instruction(%rip), %rdx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rdx, %rax
        jmp     *%rax
CASE target_changed                     # TBV0010
        andl    $1, %edi
        leaq    two(%rip), %rcx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rcx, %rax
        incq    %rax
        jmp     *%rax
CASE target_zero_extended               # TBV0005
        andl    $1, %edi
        leaq    two(%rip), %rcx
        movl    (%rcx,%rdi,4), %eax
        addq    %rcx, %rax
        jmp     *%rax
CASE table_call                         # TBV0010
        andl    $1, %edi
        leaq    two(%rip), %rcx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rcx, %rax
        pushq   %rcx
        call    *%rax
        popq    %rcx
        ret
CASE callee_jump_unbalanced             # TBV0008
        pushq   %rax
        leaq    call_table(%rip), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        jmp     *%rax
CASE byte_from_memory_in_short_table    # TBV0010
        movzbl  %gs:(%edi), %eax
        JUMP    two, %rax
# What the flags compare is known behind branches: it must be this value, on every path.
CASE flags_of_older_value               # TBV0010
        cmpl    $1, %edi
        jne     3f
        ret
3:      movl    %gs:(%esi), %edi
        ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE flags_of_either_register           # TBV0010
        testl   %edx, %edx
        je      2f
        cmpl    $1, %edi
        jmp     3f
2:      cmpl    $1, %esi
3:      ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE flags_of_unequal_constants         # TBV0010
        movl    %edi, %ecx
        testl   %edx, %edx
        je      2f
        cmpl    $1, %ecx
        jmp     3f
2:      cmpl    $20, %ecx
3:      ja      1f
        movl    %ecx, %ecx
        JUMP    two, %rcx
1:      ret
CASE flags_of_last_round                # TBV0010
        cmpl    $1, %edi
3:      ja      1f
        jp      2f
        movl    %gs:(%esi), %edi
        jmp     3b
2:      movl    %edi, %edi
        JUMP
1:      ret
CASE flags_of_same_comparison           # TBV0010
        movl    %gs:(%esi), %edi
3:      cmpl    $1, %edi
        movl    %edi, %ecx
        movl    %gs:(%esi), %edi
        jp      3b
        ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE flags_changed_on_one_path          # TBV0010
        cmpl    $1, %edi
        js      3f
        testl   %esi, %esi
3:      ja      1f
        movl    %edi, %edi
        JUMP
1:      ret
CASE flags_over_call                    # TBV0010
        pushq   %rbx
        movl    %edi, %ebx
        cmpl    $1, %ebx
        jne     3f
        nop
3:      call    callee
        ja      1f
        movl    %ebx, %ebx
        JUMP    two, %rbx
1:      popq    %rbx
        ret
# The address is beyond 2 GiB, where 32 bits end, and comes back to the table in the window above this one.
CASE table_in_the_window_above          # TBV0005
        andl    $1, %edi
        leaq    two + 0x7ffe0000(%rip), %rcx
        addq    $0x7fffffff, %rcx
        addq    $0x20001, %rcx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
CASE call_table_in_the_window_above     # TBV0010
        leaq    call_table + 0x7ffe0000(%rip), %rax
        leaq    0x7fffffff(%rax), %rax
        leaq    0x20001(%rax), %rax
        andl    $call_mask, %edi
        addq    %rdi, %rax
        jmp     *%rax
CASE table_in_the_window_below          # TBV0005
        andl    $1, %edi
        leaq    two - 0x7ffe0000(%rip), %rcx
        leaq    -0x7fffffff(%rcx), %rcx
        leaq    -0x20001(%rcx), %rcx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
