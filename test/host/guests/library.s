# A library whose functions do one small or bad thing each. Written by hand, so that it can do what no compiler would.
        .include "tmebox-guest.s"

        IMPORT  host_first
        IMPORT  host_second

# A constructor: it calls a function of the host, as any may.
FUNCTION __tbx_start_c
        addq    $1, %gs:starts
        movl    $0x20001, %edi
gate:   jmp     *__tbx_gate(%rip)

# long add(long value): to a sum that begins with 1
EXPORT add
        addq    %rdi, %gs:sum
        movq    %gs:sum, %rax
        ret

EXPORT count_starts
        movq    %gs:starts, %rax
        ret

# long weigh(long a .. f): a + 2b + 3c + 4d + 5e + 6f
EXPORT weigh
        leaq    (%rdi,%rsi,2), %rax
        leaq    (%rdx,%rdx,2), %rdx
        addq    %rdx, %rax
        leaq    (%rax,%rcx,4), %rax
        leaq    (%r8,%r8,4), %r8
        addq    %r8, %rax
        leaq    (%r9,%r9,2), %r9
        leaq    (%rax,%r9,2), %rax
        ret

# double combine(double a, …, double h): a / b + h
EXPORT combine
        divsd   %xmm1, %xmm0
        addsd   %xmm7, %xmm0
        ret

EXPORT peek
        movq    %gs:(%edi), %rax
        ret

EXPORT poke
        movq    %rsi, %gs:(%edi)
        ret

# void poke_byte(char *place, char value)
EXPORT poke_byte
        movb    %sil, %gs:(%edi)
        ret

EXPORT loop
        jmp     loop

# void leave(int status): exit
EXPORT leave
        movl    %edi, %esi
        movl    $60, %edi
        jmp     gate

# long map(long length): anonymous memory
EXPORT map
        movq    %rdi, %rdx
        xorl    %esi, %esi
        movl    $3, %ecx
        movl    $0x22, %r8d
        movq    $-1, %r9
        xorl    %r10d, %r10d
        movl    $9, %edi
        jmp     gate

# long unmap(long start, long length)
EXPORT unmap
        movq    %rsi, %rdx
        movq    %rdi, %rsi
        movl    $11, %edi
        jmp     gate

# long randomize(void *place, long length): getrandom
EXPORT randomize
        movq    %rsi, %rdx
        movq    %rdi, %rsi
        xorl    %ecx, %ecx
        movl    $318, %edi
        jmp     gate

# long import(long index, a, b)
EXPORT import
        addl    $0x20000, %edi
        jmp     gate

# long add_after_import(void): calls the first import, then adds nothing to the sum.
EXPORT add_after_import
        subq    $8, %rsp
        movl    $0x20000, %edi
        call    gate
        addq    $8, %rsp
        movq    %gs:sum, %rax
        ret

# long recurse(long n): as deep as it gets
EXPORT recurse
        pushq   %rdi
        call    recurse
        popq    %rdi
        ret

# What a function finds below its frame, and what it leaves there.
EXPORT read_below
        movq    -64(%rsp), %rax
        ret

EXPORT write_below
        movq    %rdi, -64(%rsp)
        ret

# 0 unless a vector register has a bit set.
EXPORT read_vectors
        .irp    n, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
        por     %xmm\n, %xmm0
        .endr
        movq    %xmm0, %rax
        pextrq  $1, %xmm0, %rdx
        orq     %rdx, %rax
        ret

# void store_masked(char *place), void load_masked(char *place): of eight numbers of four bytes all but the first. The
# others: of sixteen.
        .macro  MASK
        vpcmpeqd %ymm0, %ymm0, %ymm0
        vpxor   %xmm1, %xmm1, %xmm1
        vpblendd $0xFE, %ymm0, %ymm1, %ymm1
        .endm

EXPORT store_masked
        MASK
        vmaskmovps %ymm0, %ymm1, %gs:(%edi)
        vzeroupper
        ret

EXPORT load_masked
        MASK
        vmaskmovps %gs:(%edi), %ymm1, %ymm0
        vzeroupper
        ret

EXPORT store_masked_512
        movl    $0xFFFE, %eax
        kmovw   %eax, %k1
        vmovups %zmm0, %gs:(%edi){%k1}
        vzeroupper
        ret

EXPORT load_masked_512
        movl    $0xFFFE, %eax
        kmovw   %eax, %k1
        vmovups %gs:(%edi), %zmm0{%k1}
        vzeroupper
        ret

# long read_x87(bool import): what the x87 unit remembers of the last instruction before, or of the last in the first
# import: where it and its operand were, its opcode, and what it compared.
EXPORT read_x87
        subq    $40, %rsp
        testl   %edi, %edi
        jz      1f
        movl    $0x20000, %edi
        call    gate
1:      fnstenv (%rsp)
        movl    16(%rsp), %eax          # opcode
        shlq    $12, %rax
        xorl    12(%rsp), %eax          # instruction
        movl    20(%rsp), %ecx          # operand
        shlq    $32, %rcx
        xorq    %rcx, %rax
        movl    4(%rsp), %ecx
        andl    $0x4700, %ecx           # condition codes
        shlq    $48, %rcx
        xorq    %rcx, %rax
        addq    $40, %rsp
        ret

# A setjmp in one call, and a longjmp in another: the frame is gone by then.
EXPORT keep_place
        subq    $8, %rsp
        movl    $buffer, %edi
        call    setjmp
        addq    $8, %rsp
        ret

EXPORT jump_back
        movl    $buffer, %edi
        movl    $7, %esi
        jmp     longjmp

# long spoil(void): returns with every register and all control state changed that the host relies on. (The alignment
# check is not among it: only popf sets that, which no verified image has.)
EXPORT spoil
        movl    $spoilt_mxcsr, %eax
        ldmxcsr %gs:(%eax)
        fldcw   %gs:4(%eax)
        fldz
        pushfq
        orq     $0x400, (%rsp)
        popfq
        movq    $-1, %rbx
        movq    %rbx, %rbp
        movq    %rbx, %r12
        movq    %rbx, %r13
        movq    %rbx, %r14
        movq    %rbx, %r15
        movl    $5, %eax
        ret

# long spoil_and_import(index): the same, and then a function of the host.
EXPORT spoil_and_import
        pushq   %rdi
        call    spoil
        popq    %rdi
        addl    $0x20000, %edi
        jmp     gate

        .section .data.words, "aw", @progbits
        .p2align 3
sum:    .quad   1
starts: .quad   0
buffer: .zero   64
spoilt_mxcsr:
        .long   0x7f80          # rounds towards zero
        .word   0x0c7f          # the x87 unit too

        .section .note.GNU-stack, "", @progbits
