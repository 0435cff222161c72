/*
 * Runs functions one instruction at a time and writes down what the processor had in front of each,
 * for the property test of the verifier (property.test.ts).
 *
 *     stepper IMAGE-PARTS < runs > steps
 *
 * IMAGE-PARTS is a file of parts: address, size and that many bytes, which are mapped at the
 * address. A run is the number of steps that it may take, the address of a function and sixteen
 * registers, all 64-bit. For each step of it come sixteen registers, rip, rflags and the stack's
 * words; a record with an rip of 0 ends the run, and tells in its rax how: 0 for a return, 1 for
 * too many steps, else 256 plus the signal. The code is not trusted to stay inside: it runs in a
 * child, and what it breaks is that.
 */
#define _GNU_SOURCE
#include <asm/prctl.h>
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

enum { REGISTERS = 16, STACK_SIZE = 1 << 16, ABOVE = 64, WORDS = 320 };

/* Where the parent finds the child's stack, too: one shared mapping at the same address in both. */
#define STACK 0x200000000ull
#define WINDOW 0x300000000ull
/* With a page for what straddles its end, which faults in a real one. */
#define WINDOW_SIZE 0x100001000ull
#define RETURN 0x1000ull /* in no mapping */

struct run {
    uint64_t steps;
    uint64_t entry;
    uint64_t registers[REGISTERS];
};

struct step {
    uint64_t registers[REGISTERS];
    uint64_t rip;
    uint64_t flags;
    uint64_t words[WORDS];
};

static void die(const char *what) {
    perror(what);
    exit(2);
}

/* Maps the file's parts; its author is the test. */
static void map_parts(const char *path) {
    FILE *file = fopen(path, "rb");
    uint64_t head[2];

    if (file == NULL)
        die(path);
    while (fread(head, sizeof(head), 1, file) == 1) {
        uint64_t size = (head[1] + 4095) & ~4095ull;
        void *at = mmap((void *)(uintptr_t)head[0], size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

        if (at == MAP_FAILED || fread(at, 1, head[1], file) != head[1])
            die("part");
        if (mprotect(at, size, PROT_READ | PROT_EXEC) != 0)
            die("mprotect");
    }
    fclose(file);
}

static void map_memory(void) {
    int flags = MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE;
    void *stack =
        mmap((void *)STACK, STACK_SIZE, PROT_READ | PROT_WRITE, flags | MAP_SHARED, -1, 0);
    void *window =
        mmap((void *)WINDOW, WINDOW_SIZE, PROT_READ | PROT_WRITE, flags | MAP_PRIVATE, -1, 0);

    if (stack == MAP_FAILED || window == MAP_FAILED)
        die("mmap");
}

/* A child that waits to be stepped. */
static pid_t start_child(void) {
    pid_t child = fork();
    int status;

    if (child < 0)
        die("fork");
    if (child == 0) {
        if (syscall(SYS_arch_prctl, ARCH_SET_GS, WINDOW) != 0)
            _exit(3);
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) != 0)
            _exit(3);
        raise(SIGSTOP);
        _exit(3);
    }
    if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
        die("child");
    ptrace(PTRACE_SETOPTIONS, child, 0, PTRACE_O_EXITKILL);
    return child;
}

static void registers_of(const struct user_regs_struct *from, struct step *to) {
    const uint64_t values[REGISTERS] = {
        from->rax, from->rcx, from->rdx, from->rbx, from->rsp, from->rbp, from->rsi, from->rdi,
        from->r8,  from->r9,  from->r10, from->r11, from->r12, from->r13, from->r14, from->r15};

    memcpy(to->registers, values, sizeof(values));
    to->rip = from->rip;
    to->flags = from->eflags;
}

static void set_registers(struct user_regs_struct *to, const struct run *run, uint64_t stack) {
    const uint64_t *r = run->registers;

    to->rax = r[0], to->rcx = r[1], to->rdx = r[2], to->rbx = r[3];
    to->rsp = stack, to->rbp = r[5], to->rsi = r[6], to->rdi = r[7];
    to->r8 = r[8], to->r9 = r[9], to->r10 = r[10], to->r11 = r[11];
    to->r12 = r[12], to->r13 = r[13], to->r14 = r[14], to->r15 = r[15];
    to->rip = run->entry;
    /* No system call is to be restarted. */
    to->orig_rax = (uint64_t)-1;
    to->eflags = 0x202;
}

/* Steps one function from its entry until it returns; the stop, as the head says. */
static uint64_t step_through(pid_t child, const struct run *run) {
    uint64_t top = STACK + STACK_SIZE - ABOVE * 8;
    const uint64_t *words = (const uint64_t *)(uintptr_t)(STACK + STACK_SIZE - WORDS * 8);
    struct user_regs_struct registers;
    struct step step;

    *(uint64_t *)(uintptr_t)top = RETURN;
    if (ptrace(PTRACE_GETREGS, child, 0, &registers) != 0)
        die("PTRACE_GETREGS");
    set_registers(&registers, run, top);
    if (ptrace(PTRACE_SETREGS, child, 0, &registers) != 0)
        die("PTRACE_SETREGS");
    for (uint64_t count = 0; count < run->steps; count++) {
        int status = 0;

        if (ptrace(PTRACE_GETREGS, child, 0, &registers) != 0)
            die("PTRACE_GETREGS");
        if (registers.rip == RETURN)
            return 0;
        registers_of(&registers, &step);
        memcpy(step.words, words, sizeof(step.words));
        fwrite(&step, sizeof(step), 1, stdout);
        if (ptrace(PTRACE_SINGLESTEP, child, 0, 0) != 0 || waitpid(child, &status, 0) != child)
            die("PTRACE_SINGLESTEP");
        if (!WIFSTOPPED(status))
            die("the child ended");
        if (WSTOPSIG(status) != SIGTRAP)
            return 256 + (uint64_t)WSTOPSIG(status);
    }
    return 1;
}

int main(int argc, char **argv) {
    struct run run;
    struct step last;
    pid_t child;

    if (argc != 2)
        return 2;
    map_memory();
    map_parts(argv[1]);
    child = start_child();
    while (fread(&run, sizeof(run), 1, stdin) == 1) {
        memset(&last, 0, sizeof(last));
        memset((void *)STACK, 0xa5, STACK_SIZE);
        last.registers[0] = step_through(child, &run);
        fwrite(&last, sizeof(last), 1, stdout);
    }
    kill(child, SIGKILL);
    return fflush(stdout) == 0 ? 0 : 2;
}
