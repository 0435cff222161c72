# A library for the bench: functions that do as little as possible. Its start returns at once.
        .include "tmebox-guest.s"

FUNCTION __tbx_start_c
        ret

# void nothing(void)
EXPORT nothing
        ret

# void make_host_calls(long count): getpid each time
EXPORT make_host_calls
        pushq   %rbx
        movl    %edi, %ebx
1:      movl    $39, %edi
        call    gate
        decl    %ebx
        jnz     1b
        popq    %rbx
        ret
gate:   jmp     *__tbx_gate(%rip)

# long add(long value): adds to a sum in the sandbox's data and on its data stack, as a function with a frame does
EXPORT add
        movq    %gs:__tbx_data_sp, %rax
        movq    %rdi, %gs:-8(%eax)
        addq    %rdi, %gs:sum
        movq    %gs:sum, %rax
        ret

        .section .data.sum, "aw", @progbits
        .p2align 3
sum:    .quad   1
        .section .note.GNU-stack, "", @progbits
