/*
 * Runs instructions from the standard input, a line each: name, size of the operand, bytes in
 * hexadecimal; the operand is at %gs:(%edi). One page of a window is accessible. The operand is put
 * at its end, at its start and behind it, with the upper half of rdi set; what faults where it
 * should not, or does not where it should, is told. Traps of other kinds come from the operand's
 * value, or from a processor that lacks the instruction.
 */
#include <cpuid.h>
#include <immintrin.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { PAGE = 4096, MOST_BYTES = 15, ARCH_SET_GS = 0x1001, FLAGS_CLEARED = 1 << 10 | 1 << 18 };
static const uint64_t base = 5ull << 32, opened = (5ull << 32) + 0x40001000,
                      upper = 0xDEADBEEFull << 32;

static sigjmp_buf before;
static volatile sig_atomic_t fault;
static volatile uint64_t address;

static void on_fault(int signal, siginfo_t *info, void *context) {
    (void)context;
    fault = signal == SIGSEGV && info->si_code == SI_KERNEL ? SIGFPE : signal;
    address = (uint64_t)(uintptr_t)info->si_addr;
    siglongjmp(before, 1);
}

/* Goes to `code` with rdi = `pointer`, all bits of k1 set and other registers zero; `code` ends
 * with a jump to silicon_back. */
void silicon_run(const void *code, uint64_t pointer, bool has_masks);
extern const char silicon_back[];
__asm__("silicon_run: push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
        "        mov %rsp, kept(%rip); sub $1024, %rsp\n"
        "        mov %rdi, %r11; mov %rsi, %rdi; test %edx, %edx; jz 1f\n"
        "        mov $-1, %rax; kmovq %rax, %k1\n"
        "1:      xor %eax, %eax; xor %ecx, %ecx; xor %edx, %edx; xor %ebx, %ebx; xor %ebp, %ebp\n"
        "        xor %esi, %esi; jmp *%r11\n"
        "silicon_back: mov kept(%rip), %rsp; cld\n"
        "        pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret\n"
        ".local kept; .comm kept, 8, 8");

/* 0, SIGFPE for a trap about a value, or another signal, with `address`. */
static int run(unsigned char *code, uint64_t place, bool has_masks) {
    memset((void *)opened, 0, PAGE);
    fault = 0;
    if (sigsetjmp(before, 1) == 0)
        silicon_run(code, (uint32_t)place | upper, has_masks);
    __asm__ volatile("fninit");
    _mm_setcsr(0x1F80);
    return fault;
}

/* The instruction and a jump back. */
static void write_code(unsigned char *code, const unsigned char *bytes, size_t length) {
    static const unsigned char jump[] = {0xFF, 0x25, 0, 0, 0, 0};
    const char *back = silicon_back;
    memcpy(code, bytes, length);
    memcpy(code + length, jump, sizeof jump);
    memcpy(code + length + sizeof jump, &back, sizeof back);
}

static void check(const char *name, unsigned size, unsigned char *code, bool has_masks) {
    const uint64_t inside[] = {opened + PAGE - size, opened};
    for (int i = 0; i < 2; i++) {
        int signal = run(code, inside[i], has_masks);
        if (signal == SIGILL)
            return;
        if (signal != 0 && signal != SIGFPE)
            printf("%s touches %+lld\n", name, (long long)(address - inside[i]));
    }
    uint64_t behind = opened + PAGE;
    if (run(code, behind, has_masks) != SIGSEGV)
        printf("%s touches nothing\n", name);
    else if (address < behind || address >= behind + size)
        printf("%s touches %+lld\n", name, (long long)(address - behind));
    printf("ran\n");
}

static bool has_masks(void) {
    __builtin_cpu_init();
    return __builtin_cpu_supports("avx512bw");
}

static void prepare(void) {
    static unsigned char stack[64 << 10];
    const stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
    struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
    sigaltstack(&alternate, NULL);
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++)
        sigaction(signals[i], &action, NULL);
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    if (mmap((void *)base, 1ull << 32, PROT_NONE, flags, -1, 0) == MAP_FAILED ||
        mprotect((void *)opened, PAGE, PROT_READ | PROT_WRITE) != 0 ||
        syscall(SYS_arch_prctl, ARCH_SET_GS, base) != 0)
        exit(2);
}

int main(void) {
    char name[128];
    unsigned size, byte;
    prepare();
    unsigned char *code =
        mmap(NULL, PAGE, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (code == MAP_FAILED)
        return 2;
    while (scanf("%127s %u", name, &size) == 2) {
        unsigned char bytes[MOST_BYTES];
        size_t length = 0;
        do
            bytes[length++] = scanf("%2x", &byte) == 1 ? (unsigned char)byte : 0xCC;
        while (length < MOST_BYTES && getchar() == ' ');
        write_code(code, bytes, length);
        check(name, size, code, has_masks());
    }
    return 0;
}
