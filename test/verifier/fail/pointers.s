# isolate=data
# Calls and jumps through registers, which are assumed to go to functions.

CASE jump_with_a_frame                  # TBV0008
        USE_PRELUDE
        pushq   %rbx
        jmp     *%rdi
CASE jump_with_r15_changed              # TBV0008
        xorl    %r15d, %r15d
        jmp     *%rdi
CASE jump_in_a_realigned_frame          # TBV0008
        pushq   %rbp
        movq    %rsp, %rbp
        andq    $-32, %rsp
        jmp     *%rdi
CASE jump_through_the_frame             # TBV0010
        movq    %rdi, -8(%rsp)
        jmp     *-8(%rsp)
CASE call_through_an_argument_too_far   # TBV0010
        call    *4096(%rsp)
CASE pointer_to_what_is_no_function     # TBV0006
        movl    $pops_too_much, %eax
        jmp     *%rax
pops_too_much:
        addq    $8, %rsp
        ret
