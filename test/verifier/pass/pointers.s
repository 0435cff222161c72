# isolate=data
# Functions to which only pointers lead, and numbers that look like such pointers.

CASE called_through_a_register
        USE_PRELUDE
        subq    $8, %rsp
        movl    $only_by_pointer, %eax
        call    *%rax
        addq    $8, %rsp
        ret
only_by_pointer:
        pushq   %rbx
        xorl    %ebx, %ebx
        popq    %rbx
        ret

CASE jumped_to_and_by_pointer
        testl   %edi, %edi
        js      shared_end
        subq    $8, %rsp
        movl    $shared_end, %eax
        call    *%rax
        addq    $8, %rsp
shared_end:
        ret

        # A number: what branches there has a frame, and no function may begin in it.
CASE number_like_the_inside_of_a_frame
        pushq   %rbx
        testl   %edi, %edi
        js      inside_a_frame
        movl    $inside_a_frame, %ebx
inside_a_frame:
        popq    %rbx
        ret

        # It would be sound to begin a function here, but not to jump there as the code does.
CASE number_like_the_inside_of_a_function
        pushq   %rbx
        movl    $1, %ebx
        testl   %edi, %edi
        js      with_rbx_changed
        movl    $with_rbx_changed, %eax
        popq    %rbx
        ret
with_rbx_changed:
        ud2

        # Nor is a function begun where paths come by that no branch leads to.
CASE number_like_an_instruction
        pushq   %rbx
        movl    $passed_by, %eax
passed_by:
        popq    %rbx
        ret
