/*
 * Calls functions of an image that nobody has loaded, one instruction at a time:
 *
 *     stepper PARTS TABLE OUTPUT < runs
 *
 * PARTS is a file of parts (arena.h). A run is the number of steps that it may take, the address of
 * a function and sixteen registers, all 64-bit. What is found goes to OUTPUT (observer.h). Calls of
 * the gate return at once.
 */
#include "arena.h"
#include "observer.h"
#include "traced.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

enum { STACK_SIZE = 1 << 18, ARGUMENTS = 4096 };

/* In no mapping; the gate's slot has it (parts.ts). */
#define GATE 0x2000ull

/* How a run ended, beside signals. */
enum { RETURNED = 0, OUT_OF_STEPS = 1, STOPPED = 2 };

struct run {
    uint64_t steps;
    uint64_t entry;
    uint64_t registers[REGISTERS];
};

static size_t read_stack(void *context, uint64_t address, void *to, size_t size) {
    (void)context;
    if (address < ARENA_STACK || address >= ARENA_STACK + STACK_SIZE)
        return 0;
    if (size > ARENA_STACK + STACK_SIZE - address)
        size = ARENA_STACK + STACK_SIZE - address;
    memcpy(to, (const void *)(uintptr_t)address, size);
    return size;
}

static void begin(pid_t child, const struct run *run) {
    struct user_regs_struct registers = traced_registers(child);
    struct machine machine = {.rip = run->entry, .flags = 0x202};

    memcpy(machine.registers, run->registers, sizeof(machine.registers));
    machine.registers[RSP] = ARENA_STACK + STACK_SIZE - ARGUMENTS - 8;
    memset((void *)ARENA_STACK, 0xa5, STACK_SIZE);
    *(uint64_t *)(uintptr_t)machine.registers[RSP] = ARENA_RETURN;
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
            if (machine.rip == ARENA_RETURN)
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
    arena_map(STACK_SIZE);
    arena_load(argv[1]);
    observer_open(&observer, argv[2], argv[3]);
    observer.read = read_stack;
    pid_t child = arena_start_child();
    while (fread(&run, sizeof(run), 1, stdin) == 1) {
        uint64_t how = step_through(&observer, child, &run);
        observer_check_returns(&observer);
        observer_end(&observer, how);
    }
    kill(child, SIGKILL);
    return fclose(observer.output) == 0 ? 0 : 2;
}
