# Functions in assembly, in objects whose notes claim that they were confined. `uint64_t hostile(address, window)`
# returns, or overwrites, what stands at the address. The verifier has to refuse each by the rule that is named; loaded
# all the same, each reaches a secret unless it says why not.
        .include "confined.inc"
        .section .text.hostile, "ax", @progbits
        .globl  hostile
        .type   hostile, @function
        .p2align 4, 0xcc
hostile:
# REFUSED plain_load: TBV0005
        movq    (%rdi), %rax
        ret
# REFUSED plain_store: TBV0005
        movq    $0, (%rdi)
        ret
# REFUSED full_address_behind_gs: TBV0005
        subq    %rsi, %rdi
        movq    %gs:(%rdi), %rax
        ret
# REFUSED full_index_behind_gs: TBV0005
        subq    %rsi, %rdi
        xorl    %eax, %eax
        movq    %gs:(%rax,%rdi), %rax
        ret
# REFUSED read_and_change: TBV0005
        movl    $1, %eax
        lock xaddq %rax, (%rdi)
        ret
# REFUSED exchange: TBV0005
        xchgq   %rax, (%rdi)
        ret
# REFUSED around_the_caches: TBV0005
        movntiq %rax, (%rdi)
        ret
# REFUSED push_from_memory: TBV0005
        pushq   (%rdi)
        popq    %rax
        ret
# REFUSED pop_to_memory: TBV0003
        pushq   $7
        popq    (%rdi)
        ret
# REFUSED index_in_the_frame: TBV0005
        subq    %rsp, %rdi
        movq    (%rsp,%rdi), %rax
        ret
# REFUSED bit_far_from_the_frame: TBV0005
        subq    %rsp, %rdi
        shlq    $3, %rdi
        lock btsq %rdi, (%rsp)
        ret
# REFUSED gather: TBV0005
        vpcmpeqd %ymm1, %ymm1, %ymm1
        vpxor   %ymm0, %ymm0, %ymm0
        vpgatherqq %ymm1, (%rdi,%ymm0,1), %ymm2
        vmovq   %xmm2, %rax
        ret
# REFUSED frame_pointer_as_a_pointer: TBV0005
        pushq   %rbp
        movq    %rdi, %rbp
        movq    (%rbp), %rax
        popq    %rbp
        ret
# REFUSED write_to_the_code: TBV0005, no control: code is not writable
        movb    $0x90, hostile(%rip)
        ret
# REFUSED behind_the_constants: TBV0005, no control: nothing of others is so near
        movq    hostile+0x7ff00000(%rip), %rax
        ret
# REFUSED system_call: TBV0003
        movq    %rdi, %rsi
        movl    $1, %edi
        movl    $8, %edx
        movl    $1, %eax
        syscall
        ret
# REFUSED system_call_of_32_bits: TBV0003, no control: its addresses have 32 bits
        movl    $20, %eax
        int     $0x80
        ret
# REFUSED fast_system_call: TBV0003, no control: not in this mode of all processors
        sysenter
        ret
# REFUSED another_gs_base: TBV0003
        movq    %rdi, %rax
        shrq    $32, %rax
        shlq    $32, %rax
        wrgsbase %rax
        movq    %gs:(%edi), %rax
        wrgsbase %rsi
        ret
# REFUSED another_fs_base: TBV0003
        wrfsbase %rsi
        ret
# REFUSED gs_selector: TBV0003, no control: what the base becomes differs by processor
        xorl    %eax, %eax
        movl    %eax, %gs
        ret
# REFUSED string_copy: TBV0003
        movq    %rdi, %rsi
        leaq    -8(%rsp), %rdi
        movl    $8, %ecx
        rep movsb
        movq    -8(%rsp), %rax
        ret
# REFUSED string_load: TBV0003
        movq    %rdi, %rsi
        lodsq
        ret
# REFUSED string_store: TBV0003
        stosq
        ret
# REFUSED masked_store_by_rdi: TBV0003
        pcmpeqb %xmm0, %xmm0
        maskmovdqu %xmm0, %xmm0
        ret
# REFUSED table_lookup: TBV0003
        pushq   %rbx
        movq    %rdi, %rbx
        movl    $4, %ecx
        xorl    %edx, %edx
1:      leal    -1(%rcx), %eax
        xlatb
        shll    $8, %edx
        movb    %al, %dl
        loop    1b
        movl    %edx, %eax
        popq    %rbx
        ret
# REFUSED save_state: TBV0003
        andq    $-64, %rdi
        fxsave64 (%rdi)
        ret
# REFUSED flags: TBV0003, no control: the gate and its C code bear them
        pushfq
        orl     $0x40400, (%rsp)
        popfq
        ret
# REFUSED direction: TBV0003, no control: the gate clears it
        std
        ret
# REFUSED protection_keys: TBV0003, no control: they do not confine here
        xorl    %eax, %eax
        xorl    %ecx, %ecx
        xorl    %edx, %edx
        wrpkru
        ret
# REFUSED privileged: TBV0003, no control: the processor refuses
        swapgs
        hlt
        ret
# REFUSED far_return: TBV0003
        movl    %cs, %eax
        pushq   %rax
        leaq    1f+2(%rip), %rax
        pushq   %rax
        lretq
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED interrupt_return: TBV0003
        movq    %rsp, %rcx
        movl    %ss, %eax
        pushq   %rax
        pushq   %rcx
        pushfq
        movl    %cs, %eax
        pushq   %rax
        leaq    1f+2(%rip), %rax
        pushq   %rax
        iretq
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED segment_by_two_prefixes: TBV0004, no control: its addresses have 32 bits
        .byte   0x65, 0x3e, 0x67, 0x48, 0x8b, 0x07
        ret
# REFUSED another_stack: TBV0006
        movq    %rsp, %rcx
        movq    %rdi, %rsp
        popq    %rax
        movq    %rcx, %rsp
        ret
# REFUSED exchanged_stack: TBV0006
        xchgq   %rsp, %rdi
        popq    %rax
        xchgq   %rsp, %rdi
        ret
# REFUSED stack_on_a_condition: TBV0006
        movq    %rsp, %rcx
        cmpq    %rdi, %rsp
        cmovneq %rdi, %rsp
        popq    %rax
        movq    %rcx, %rsp
        ret
# REFUSED left_by_a_forged_frame: TBV0006
        pushq   %rbp
        movq    %rsp, %rcx
        movq    %rdi, %rbp
        leave
        movq    %rbp, %rax
        movq    %rcx, %rsp
        popq    %rbp
        ret
# REFUSED into_an_instruction: TBV0002
        jmp     1f+2
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED into_an_instruction_on_a_condition: TBV0002
        testq   %rdi, %rdi
        jne     1f+2
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED no_instruction: TBV0002, no control: it traps
        ret
        .byte   0x06, 0x0e
# REFUSED pushed_return: TBV0008
        leaq    1f+2(%rip), %rax
        pushq   %rax
        ret
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED replaced_return_address: TBV0007
        movq    (%rsp), %rcx
        leaq    1f+2(%rip), %rax
        movq    %rax, (%rsp)
        pushq   %rcx
        popq    %rdx
        ret
1:      movabsq $0xe2ff078b48, %rcx
        ret
# REFUSED jump_by_register: TBV0010
        leaq    1f+2(%rip), %rax
        jmp     *%rax
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED call_by_register: TBV0010
        leaq    1f+2(%rip), %rax
        subq    $8, %rsp
        call    *%rax
        addq    $8, %rsp
        ret
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED jump_by_memory: TBV0010
        leaq    1f+2(%rip), %rax
        movq    %rax, -8(%rsp)
        jmp     *-8(%rsp)
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED jump_table_without_bound: TBV0010, no control: the secret's address is no index of it
        leaq    1f(%rip), %rcx
        movslq  (%rcx,%rdi,4), %rax
        addq    %rcx, %rax
        jmp     *%rax
        .section .rodata, "a", @progbits
        .p2align 2
1:      .long   hostile - 1b
# REFUSED gate_with_another_return: TBV0008, no control: the gate clears what it would need
        leaq    1f+2(%rip), %rax
        pushq   %rax
        movl    $39, %edi
        jmp     *__tbx_gate(%rip)
1:      movabsq $0xc3078b48, %rcx
        ret
# REFUSED gate_on_another_stack: TBV0006, no control: it returns to the secret, and faults
        movq    %rdi, %rsp
        movl    $39, %edi
        jmp     *__tbx_gate(%rip)
# REFUSED lost_registers: TBV0008, no control: it harms its own program only
        xorl    %ebx, %ebx
        xorl    %ebp, %ebp
        ret
# REFUSED uneven_paths: TBV0012, no control: it returns to nowhere
        testq   %rdi, %rdi
        je      1f
        pushq   %rdi
1:      ret
# REFUSED far_arguments: TBV0011, no control: it reads its own native stack
        movq    0x100000(%rsp), %rax
        ret
# REFUSED table_in_the_next_window: TBV0005, no control: a table of this image would have to be where the secret is
        leaq    1f + 0x7ff00000(%rip), %rcx
        addq    $0x7fffffff, %rcx
        addq    $0x100001, %rcx
        andl    $0, %edi
        movslq  (%rcx,%rdi,4), %rax
        ret
        .section .rodata, "a", @progbits
        .p2align 2
1:      .long   hostile - 1b
