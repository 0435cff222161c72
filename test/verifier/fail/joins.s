# R12: paths meet.
CASE unequal_frames                     # TBV0012
        testl   %edi, %edi
        je      1f
        subq    $8, %rsp
1:      movl    $0, %eax
        addq    $8, %rsp
        ret
CASE frame_grows_in_loop                # TBV0012
        xorl    %eax, %eax
1:      subq    $16, %rsp
        decl    %edi
        jne     1b
        ret
CASE realigned_on_one_path              # TBV0012
        pushq   %rbp
        movq    %rsp, %rbp
        testl   %edi, %edi
        je      1f
        andq    $-32, %rsp
1:      movl    $0, %eax
        movq    %rbp, %rsp
        popq    %rbp
        ret
# Two values of one table need not be equal: a bound of one says nothing of the other.
TABLE   some, callee, callee
        .macro  TWINS
        jmp     3f
1:      movq    %rdi, %rcx
        movq    %rdi, %rdx
3:      cmpb    $1, %cl
        ja      2f
        movzbl  %dl, %edx
        leaq    some(%rip), %r8
        movslq  (%r8,%rdx,4), %rdx
        addq    %r8, %rdx
        jmp     *%rdx
2:      ret
        .endm
        .macro  ENTRIES
        testl   %edi, %edi
        je      1f
        andl    $1, %esi
        andl    $1, %edx
        leaq    some(%rip), %r8
        movslq  (%r8,%rsi,4), %rcx
        movslq  (%r8,%rdx,4), %rdx
        .endm
CASE two_entries_of_a_table             # TBV0010
        ENTRIES
        TWINS
CASE two_targets_of_a_table             # TBV0010
        ENTRIES
        addq    %r8, %rcx
        addq    %r8, %rdx
        TWINS
CASE two_callees_of_a_table             # TBV0010
        testl   %edi, %edi
        je      1f
        leaq    call_table(%rip), %r8
        movl    %esi, %ecx
        andl    $call_mask, %ecx
        andl    $call_mask, %edx
        addq    %r8, %rcx
        addq    %r8, %rdx
        TWINS
CASE frames_differ_in_front_of_trap     # TBV0012
        testl   %edi, %edi
        jne     1f
        pushq   %rbx
1:      nop
        ud2
