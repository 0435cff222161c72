# The only hand-written code of an image: its entry, the way out through the gate, and the functions whose machine
# state the host keeps. docs/abi.md is the contract. It assembles to one object that serves both isolation levels:
# every function has its table entry, and an image that needs none drops them.
#
# All of it runs in the sandbox and is as hostile as the rest: the host trusts no register that arrives here.

        # A function with the table entry that stands for its address (code+data isolation).
        .macro FUNCTION name
        .section .text.\name, "ax", @progbits
        .globl  \name
        .type   \name, @function
        .p2align 4, 0xcc
\name:
        .endm

        .macro END name
        .size   \name, . - \name
        TABLE_ENTRY \name
        .endm

        .macro TABLE_ENTRY name
        .section .tbx.icall.\name, "ax", @progbits
        .globl  __tbx_ic.\name
        .type   __tbx_ic.\name, @function
        .p2align 3, 0xcc
__tbx_ic.\name:
        jmp     \name
        .p2align 3, 0xcc
        .size   __tbx_ic.\name, . - __tbx_ic.\name
        .endm

        # A second name of a function, with the same address at both levels.
        .macro ALIAS name, target
        .globl  \name
        .type   \name, @function
        .set    \name, \target
        .globl  __tbx_ic.\name
        .type   __tbx_ic.\name, @function
        .set    __tbx_ic.\name, __tbx_ic.\target
        .endm

        # The gate's address. Only the code window's copy is used, and the sandbox cannot write there.
        .section .tbx.gate, "a", @progbits
        .globl  __tbx_gate
        .type   __tbx_gate, @object
        .p2align 3
__tbx_gate:
        .quad   0
        .size   __tbx_gate, 8

        # The data stack pointer: an offset, set by _start, moved by every function with a frame on the data stack.
        .section .bss.__tbx_data_sp, "aw", @nobits
        .globl  __tbx_data_sp
        .type   __tbx_data_sp, @object
        .p2align 3
__tbx_data_sp:
        .zero   8
        .size   __tbx_data_sp, 8

# noreturn void _start(long *startup), rsi: initial data stack pointer
FUNCTION _start
        movq    %rsi, %gs:__tbx_data_sp
        jmp     __tbx_start_c
END _start

# long __tbx_syscall(long n, long a, long b, long c, long d, long e, long f)
FUNCTION __tbx_syscall
        movq    8(%rsp), %r10
        jmp     *__tbx_gate(%rip)
END __tbx_syscall

# int setjmp(jmp_buf): host call setjmp(jmp_buf, data_sp, &__tbx_data_sp)
FUNCTION setjmp
        movq    %rdi, %rsi
        movq    %gs:__tbx_data_sp, %rdx
        movl    $__tbx_data_sp, %ecx
        movl    $0x10001, %edi
        jmp     *__tbx_gate(%rip)
END setjmp
ALIAS _setjmp, setjmp
ALIAS __setjmp, setjmp
# The signal mask is not saved: no signal reaches a sandbox.
ALIAS sigsetjmp, setjmp
ALIAS __sigsetjmp, setjmp

# noreturn void longjmp(jmp_buf, int value): host call longjmp(jmp_buf, value)
FUNCTION longjmp
        movslq  %esi, %rdx
        movq    %rdi, %rsi
        movl    $0x10002, %edi
        jmp     *__tbx_gate(%rip)
END longjmp
ALIAS _longjmp, longjmp

        .section .note.tmebox, "a", @note
        .p2align 2
        .long   2f - 1f                 # namesz
        .long   4f - 3f                 # descsz
        .long   1                       # type: what the code was made for
1:      .asciz  "TME-Box"
2:      .p2align 2
3:      .asciz  "abi=1 lowering=any isolate=any keybits=15"
4:      .p2align 2

        .section .note.GNU-stack, "", @progbits
