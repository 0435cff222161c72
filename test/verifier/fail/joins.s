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
