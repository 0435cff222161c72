# The only hand-written code of an image: its entry, the way out through the gate, the functions whose machine state
# the host keeps, and the floating-point environment, which no C can name. docs/abi.md is the contract. It assembles to
# one object that serves both isolation levels: every function has its table entry, and an image that needs none drops
# them.
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

# The floating-point environment is MXCSR and that of the x87. Flags are raised in MXCSR alone, and a flag is up when it
# is in either. The red zone below rsp is the memory that these instructions need. Nothing of it concerns the host: the
# gate takes its own environment, and an exception that is unmasked here is a fault of the sandbox.

        .set    ALL_FLAGS, 0x3f
        .set    ALL_ROUNDINGS, 0x0c00           # as in the x87 control word; three bits further up in MXCSR
        .set    MXCSR, -8

# int feclearexcept(int flags)
FUNCTION feclearexcept
        andl    $ALL_FLAGS, %edi
        fnstsw  %ax
        movl    %edi, %ecx
        notl    %ecx
        andl    %eax, %ecx
        andl    $ALL_FLAGS, %ecx                # x87 flags that stay
        testl   %edi, %eax
        jz      1f
        fnclex                                  # clears all of them
        jmp     2f
1:      xorl    %ecx, %ecx
2:      stmxcsr MXCSR(%rsp)
        notl    %edi
        andl    %edi, MXCSR(%rsp)
        orl     %ecx, MXCSR(%rsp)
        ldmxcsr MXCSR(%rsp)
        xorl    %eax, %eax
        ret
END feclearexcept

# int feraiseexcept(int flags)
FUNCTION feraiseexcept
        andl    $ALL_FLAGS, %edi
        stmxcsr MXCSR(%rsp)
        orl     %edi, MXCSR(%rsp)
        ldmxcsr MXCSR(%rsp)
        xorl    %eax, %eax
        ret
END feraiseexcept

# int fetestexcept(int flags)
FUNCTION fetestexcept
        andl    $ALL_FLAGS, %edi
        stmxcsr MXCSR(%rsp)
        fnstsw  %ax
        orl     MXCSR(%rsp), %eax
        andl    %edi, %eax
        ret
END fetestexcept

# int fegetround(void)
FUNCTION fegetround
        stmxcsr MXCSR(%rsp)
        movl    MXCSR(%rsp), %eax
        shrl    $3, %eax
        andl    $ALL_ROUNDINGS, %eax
        ret
END fegetround

# int __fesetround(int rounding): musl checked it
FUNCTION __fesetround
        andl    $ALL_ROUNDINGS, %edi
        fnstcw  MXCSR(%rsp)
        movl    MXCSR(%rsp), %eax
        andl    $~ALL_ROUNDINGS & 0xffff, %eax
        orl     %edi, %eax
        movl    %eax, MXCSR(%rsp)
        fldcw   MXCSR(%rsp)
        stmxcsr MXCSR(%rsp)
        shll    $3, %edi
        andl    $~(ALL_ROUNDINGS << 3), MXCSR(%rsp)
        orl     %edi, MXCSR(%rsp)
        ldmxcsr MXCSR(%rsp)
        xorl    %eax, %eax
        ret
END __fesetround

# A fenv_t is what fnstenv stores, 28 bytes, and MXCSR.
        .set    ENVIRONMENT, -40

# int fegetenv(fenv_t *)
FUNCTION fegetenv
        fnstenv ENVIRONMENT(%rsp)               # masks all x87 exceptions
        fldenv  ENVIRONMENT(%rsp)
        stmxcsr ENVIRONMENT + 28(%rsp)
        .irp    n, 0, 8, 16, 24
        movq    ENVIRONMENT + \n(%rsp), %rax
        movq    %rax, %gs:\n(%edi)
        .endr
        xorl    %eax, %eax
        ret
END fegetenv

# int fesetenv(const fenv_t *), where -1 is FE_DFL_ENV
FUNCTION fesetenv
        cmpq    $-1, %rdi
        je      1f
        .irp    n, 0, 8, 16, 24
        movq    %gs:\n(%edi), %rax
        movq    %rax, ENVIRONMENT + \n(%rsp)
        .endr
        jmp     2f
1:      xorl    %eax, %eax
        .irp    n, 0, 8, 16, 24
        movq    %rax, ENVIRONMENT + \n(%rsp)
        .endr
        movl    $0x37f, ENVIRONMENT(%rsp)
        movl    $0xffff, ENVIRONMENT + 8(%rsp)  # all registers empty
        movl    $0x1f80, ENVIRONMENT + 28(%rsp)
2:      fldenv  ENVIRONMENT(%rsp)
        andl    $0xffff, ENVIRONMENT + 28(%rsp)
        ldmxcsr ENVIRONMENT + 28(%rsp)
        xorl    %eax, %eax
        ret
END fesetenv

# `__builtin_debugtrap`, behind which a program may go on: a call, so that what stands there is reached by more than faith.
FUNCTION __tbx_debugtrap
        ud2
END __tbx_debugtrap

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
