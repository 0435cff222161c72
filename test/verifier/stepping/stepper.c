/*
 * Calls functions of an image that nobody has loaded, one instruction at a time:
 *
 *     stepper PARTS TABLE OUTPUT < runs
 *
 * PARTS is a file of parts: address, size and that many bytes, which are put there. A run is the
 * number of steps that it may take, the address of a function and sixteen registers, all 64-bit.
 * What is found goes to OUTPUT (observer.h). The code is not trusted to stay inside: it runs in a
 * child, and what it breaks is that. Its window is accessible from end to end, so that whatever
 * registers hold, functions go on; calls of the gate return at once.
 */
#include "observer.h"
#include "traced.h"

#include <asm/prctl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { STACK_SIZE = 1 << 18, ARGUMENTS = 4096 };

/* Where the parent finds the child's stack, too: one shared mapping at the same address in both. */
#define STACK 0x200000000ull
#define WINDOW 0x300000000ull
/* With a page for what straddles its end, which faults in a real one. */
#define WINDOW_SIZE 0x100001000ull
/* Both in no mapping; the gate's slot has the latter (parts.ts). */
#define RETURN 0x1000ull
#define GATE 0x2000ull

/* How a run ended, beside signals. */
enum { RETURNED = 0, OUT_OF_STEPS = 1, STOPPED = 2 };

struct run {
    uint64_t steps;
    uint64_t entry;
    uint64_t registers[REGISTERS];
};

/* Puts the file's parts where they belong: code and constants by themselves, the rest in the
 * window. */
static void map_parts(const char *path) {
    FILE *file = fopen(path, "rb");
    uint64_t head[2];

    if (file == NULL)
        die(path);
    while (fread(head, sizeof(head), 1, file) == 1) {
        uint64_t size = (head[1] + 4095) & ~4095ull;
        void *at = (void *)(uintptr_t)head[0];
        bool in_window = head[0] >= WINDOW;

        if (!in_window && mmap(at, size, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0) != at)
            die("part");
        if (fread(at, 1, head[1], file) != head[1])
            die("part");
        if (!in_window && mprotect(at, size, PROT_READ | PROT_EXEC) != 0)
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

static size_t read_stack(void *context, uint64_t address, void *to, size_t size) {
    (void)context;
    if (address < STACK || address >= STACK + STACK_SIZE)
        return 0;
    if (size > STACK + STACK_SIZE - address)
        size = STACK + STACK_SIZE - address;
    memcpy(to, (const void *)(uintptr_t)address, size);
    return size;
}

/* A child that waits to be stepped. */
static pid_t start_child(void) {
    pid_t child = fork();

    if (child < 0)
        die("fork");
    if (child == 0) {
        if (syscall(SYS_arch_prctl, ARCH_SET_GS, WINDOW) != 0)
            _exit(3);
        traced_begin();
        raise(SIGSTOP);
        _exit(3);
    }
    traced_wait(child);
    return child;
}

static void begin(pid_t child, const struct run *run) {
    struct user_regs_struct registers = traced_registers(child);
    struct machine machine = {.rip = run->entry, .flags = 0x202};

    memcpy(machine.registers, run->registers, sizeof(machine.registers));
    machine.registers[RSP] = STACK + STACK_SIZE - ARGUMENTS - 8;
    memset((void *)STACK, 0xa5, STACK_SIZE);
    *(uint64_t *)(uintptr_t)machine.registers[RSP] = RETURN;
    traced_set_machine(child, &registers, &machine);
}

/* What the host does for a call is not known; it answers with something that the function was
 * given. */
static void return_from_gate(pid_t child, struct machine *machine, const struct run *run) {
    struct user_regs_struct registers = traced_registers(child);
    uint64_t *r = machine->registers;

    read_stack(NULL, r[RSP], &machine->rip, sizeof(machine->rip));
    r[RSP] += 8;
    for (int i = 0; i < REGISTERS; i++)
        if (i < RBX || (i > RBP && i < R12))
            r[i] = 0;
    r[RAX] = run->registers[machine->rip % REGISTERS];
    traced_set_machine(child, &registers, machine);
}

/* Steps one function from its entry until it returns; how that ends. */
static uint64_t step_through(struct observer *observer, pid_t child, const struct run *run) {
    begin(child, run);
    struct machine machine = traced_machine(child);
    observer_enter(observer, &machine, 0, ARGUMENTS);
    while (observer->steps < run->steps) {
        machine = traced_machine(child);
        if (machine.rip == GATE) {
            if (!observer_gate(observer, &machine))
                return STOPPED;
            return_from_gate(child, &machine, run);
            observer_return_from_gate(observer, &machine);
            if (machine.rip == RETURN)
                return RETURNED;
        } else if (!observer_is_code(observer, machine.rip)) {
            observer_leave(observer, &machine);
            return RETURNED;
        } else if (!observer_step(observer, &machine)) {
            return STOPPED;
        } else {
            int signal = traced_go_on(child, PTRACE_SINGLESTEP, 0);
            if (signal < 0)
                die("the child ended");
            if (signal != SIGTRAP || observer_is_trap(observer)) {
                traced_observe_fault(child, signal, observer);
                return (uint64_t)signal;
            }
        }
    }
    return OUT_OF_STEPS;
}

int main(int argc, char **argv) {
    static struct observer observer;
    struct run run;

    if (argc != 4)
        return 2;
    map_memory();
    map_parts(argv[1]);
    observer_open(&observer, argv[2], argv[3]);
    observer.read = read_stack;
    pid_t child = start_child();
    while (fread(&run, sizeof(run), 1, stdin) == 1) {
        uint64_t how = step_through(&observer, child, &run);
        observer_check_returns(&observer);
        observer_end(&observer, how);
    }
    kill(child, SIGKILL);
    return fclose(observer.output) == 0 ? 0 : 2;
}
