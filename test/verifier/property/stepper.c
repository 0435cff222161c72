/*
 * Runs functions one instruction at a time and writes down what the processor had in front of each,
 * for the property test of the verifier (property.test.ts).
 *
 *     stepper IMAGE-PARTS < runs > steps
 *
 * IMAGE-PARTS is a file of parts (arena.h). A run is the number of steps that it may take, the
 * address of a function and sixteen registers, all 64-bit. For each step of it come sixteen
 * registers, rip, rflags and the stack's words; a record with an rip of 0 ends the run, and tells
 * in its rax how: 0 for a return, 1 for too many steps, else 256 plus the signal.
 */
#include "../stepping/arena.h"
#include "../stepping/observer.h"
#include "../stepping/traced.h"

#include <signal.h>
#include <string.h>

enum { STACK_SIZE = 1 << 16, ABOVE = 64, WORDS = 320 };

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

/* Lets the child begin with the function. */
static void begin(pid_t child, const struct run *run) {
    struct user_regs_struct rest = traced_registers(child);
    struct machine machine = {.rip = run->entry, .flags = 0x202};

    memcpy(machine.registers, run->registers, sizeof(machine.registers));
    machine.registers[RSP] = ARENA_STACK + STACK_SIZE - ABOVE * 8;
    memset((void *)ARENA_STACK, 0xa5, STACK_SIZE);
    *(uint64_t *)(uintptr_t)machine.registers[RSP] = ARENA_RETURN;
    traced_set_machine(child, &rest, &machine);
}

static void write_step(const struct machine *machine) {
    struct step step = {.rip = machine->rip, .flags = machine->flags};

    memcpy(step.registers, machine->registers, sizeof(step.registers));
    memcpy(step.words, (const void *)(uintptr_t)(ARENA_STACK + STACK_SIZE - sizeof(step.words)),
           sizeof(step.words));
    fwrite(&step, sizeof(step), 1, stdout);
}

/* Steps one function from its entry until it returns; the stop, as the head says. */
static uint64_t step_through(pid_t child, const struct run *run) {
    begin(child, run);
    for (uint64_t count = 0; count < run->steps; count++) {
        struct machine machine = traced_machine(child);

        if (machine.rip == ARENA_RETURN)
            return 0;
        write_step(&machine);
        int signal = traced_go_on(child, PTRACE_SINGLESTEP, 0);
        if (signal < 0)
            die("the child ended");
        if (signal != SIGTRAP)
            return 256 + (uint64_t)signal;
    }
    return 1;
}

int main(int argc, char **argv) {
    struct run run;
    struct step last;
    pid_t child;

    if (argc != 2)
        return 2;
    arena_map(STACK_SIZE);
    arena_load(argv[1]);
    child = arena_start_child();
    while (fread(&run, sizeof(run), 1, stdin) == 1) {
        memset(&last, 0, sizeof(last));
        last.registers[0] = step_through(child, &run);
        fwrite(&last, sizeof(last), 1, stdout);
    }
    kill(child, SIGKILL);
    return fflush(stdout) == 0 ? 0 : 2;
}
