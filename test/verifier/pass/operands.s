# R5: operands that stay where they may.
CASE gs_32
        movl    %gs:(%edi), %eax
        movl    %eax, %gs:8(%edi,%ecx,8)
        movq    %gs:variable(,%ecx,4), %rax
        movl    %gs:variable, %eax
        addr32 movl %gs:-16, %eax
        movl    %gs:variable(%eip), %eax
        movl    %gs:(%esp), %eax
        lock xaddl %eax, %gs:(%edi)
        lock cmpxchg16b %gs:(%edi)
        ret
CASE gs_32_vector
        movups  %gs:(%edi), %xmm0
        vmovups %ymm0, %gs:32(%edi)
        vmovups %gs:(%edi), %zmm0
        vpgatherdd %ymm0, %gs:(%edi,%ymm1,4), %ymm2
        vpscatterdd %zmm0, %gs:(%edi,%zmm1,4) {%k1}
        vpaddd  %gs:(%edi){1to16}, %zmm0, %zmm1
        vzeroupper
        ret
CASE gs_32_various
        btsq    $63, %gs:(%edi)
        lock btrl $5, %gs:(%edi)
        btq     %rcx, %rdi
        fldt    %gs:(%edi)
        fstpt   %gs:16(%edi)
        prefetcht0 %gs:64(%edi)
        movntil %eax, %gs:(%edi)
        pushq   %gs:(%edi)
        popq    %rax
        ret
CASE gs_32_string_comparison
        pcmpestri $12, %gs:(%edi), %xmm0
        vpcmpistrm $0, %gs:(%edi), %xmm1
        ret
CASE gs_32_later_vectors
        movntss %xmm0, %gs:(%edi)
        extrq   $8, $16, %xmm0
        vaddph  %gs:(%edi), %zmm0, %zmm1
        vaddsh  %gs:2(%edi), %xmm0, %xmm1
        {vex} vpdpbusd %gs:(%edi), %ymm0, %ymm1
        vpdpwsud %gs:(%edi), %ymm0, %ymm1
        vsm4rnds4 %gs:(%edi), %ymm0, %ymm1
        vldmxcsr %gs:(%edi)
        ret
CASE constants_read
        movl    constants(%rip), %eax
        addps   constants + 48(%rip), %xmm0
        vbroadcastss constants(%rip), %zmm0
        vaddps  constants(%rip){1to16}, %zmm0, %zmm1
        ret
CASE addresses
        leaq    (%rdi,%rsi,8), %rax
        leal    -5(%rdi), %eax
        leaq    variable(%rip), %rax
        leaq    0x1234(,%rdi,2), %rcx
        ret
CASE red_zone
        movq    %rdi, -128(%rsp)
        movq    -128(%rsp), %rax
        fildll  -8(%rsp)
        fstp    %st(0)
        ret
CASE frame
        subq    $72, %rsp
        movups  %xmm0, 16(%rsp)
        movb    %al, 71(%rsp)
        leaq    16(%rsp), %rcx
        movups  (%rcx), %xmm1
        addl    %eax, 4(%rcx)
        btl     $3, 8(%rsp)
        addq    $72, %rsp
        ret
CASE control_word
        fnstcw  -2(%rsp)
        movzwl  -2(%rsp), %eax
        orl     $0xc00, %eax
        movw    %ax, -4(%rsp)
        fldcw   -4(%rsp)
        fldcw   -2(%rsp)
        ret
CASE floating_point_environment
        stmxcsr -8(%rsp)
        orl     $0x8000, -8(%rsp)
        ldmxcsr -8(%rsp)
        fnstenv -40(%rsp)
        fldenv  -40(%rsp)
        ldmxcsr %gs:(%edi)
        ret
