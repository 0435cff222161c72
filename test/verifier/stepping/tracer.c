/*
 * Runs a program of the host (tbx-run) and single-steps the sandboxed code in it, not the host's
 * own:
 *
 *     tracer TABLE OUTPUT ENTER GATE GATE-RETURN PROGRAM [ARGUMENTS]
 *     tracer --probe     succeeds where that can be done
 *
 * The three are addresses in the program, in hexadecimal: of tbx_enter, of tbx_gate and of its
 * `ret` (gate.S). The first and the last get a breakpoint, so the host runs at full speed. What is
 * found goes to OUTPUT (observer.h). What ends sandboxed code ends the run: a signal, too many
 * steps (then the program is killed), or its own end.
 */
#include "observer.h"
#include "traced.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { BREAKPOINT = 0xcc, PUSH_RBP = 0x55, RET = 0xc3, MOST_STEPS_OF_ENTRY = 4000 };

/* How a run ended, beside signals. */
enum { ENDED = 0, OUT_OF_STEPS = 1, STOPPED = 2 };

struct tracer {
    pid_t child;
    uint64_t enter, gate, gate_return;
    struct observer observer;
};

static size_t read_memory(void *context, uint64_t address, void *to, size_t size) {
    const struct tracer *tracer = context;
    struct iovec local = {to, size}, remote = {(void *)(uintptr_t)address, size};
    ssize_t count = process_vm_readv(tracer->child, &local, 1, &remote, 1, 0);
    return count < 0 ? 0 : (size_t)count;
}

/* Puts a breakpoint where the byte `expected` stands. */
static void set_breakpoint(const struct tracer *tracer, uint64_t address, int expected) {
    errno = 0;
    long word = ptrace(PTRACE_PEEKTEXT, tracer->child, address, 0);
    if (errno != 0)
        die("PTRACE_PEEKTEXT");
    if ((word & 0xff) != expected) {
        fprintf(stderr, "tracer: the gate is not as it is known here\n");
        exit(2);
    }
    if (ptrace(PTRACE_POKETEXT, tracer->child, address, (word & ~0xffl) | BREAKPOINT) != 0)
        die("PTRACE_POKETEXT");
}

static void start(struct tracer *tracer, char **words) {
    tracer->child = fork();
    if (tracer->child < 0)
        die("fork");
    if (tracer->child == 0) {
        personality(ADDR_NO_RANDOMIZE);
        traced_begin();
        execv(words[0], words);
        _exit(127);
    }
    traced_wait(tracer->child);
    set_breakpoint(tracer, tracer->enter, PUSH_RBP);
    set_breakpoint(tracer, tracer->gate_return, RET);
}

/* Lets it run, with `signal`, up to one of the host's breakpoints or to the place of a debug
 * register; where, behind what a breakpoint stands for; 0 at the end. */
static uint64_t run_host(struct tracer *tracer, int signal, uint64_t place) {
    for (;;) {
        signal = traced_go_on(tracer->child, PTRACE_CONT, signal);
        if (signal < 0)
            return 0;
        if (signal != SIGTRAP)
            continue;
        struct user_regs_struct registers = traced_registers(tracer->child);
        struct machine machine = traced_machine(tracer->child);
        uint64_t at = machine.rip - 1, *rsp = &machine.registers[RSP];
        signal = 0;
        if (machine.rip == place)
            return place;
        if (at == tracer->gate_return) {
            read_memory(tracer, *rsp, &machine.rip, sizeof machine.rip);
            *rsp += 8;
        } else if (at == tracer->enter) {
            *rsp -= 8;
            ptrace(PTRACE_POKEDATA, tracer->child, *rsp, machine.registers[RBP]);
        } else
            continue;
        traced_set_machine(tracer->child, &registers, &machine);
        return at;
    }
}

/* From the begin of tbx_enter to the first instruction of the sandbox. */
static void step_into(struct tracer *tracer) {
    uint64_t entry = traced_machine(tracer->child).registers[RSI];
    for (int steps = 0; steps < MOST_STEPS_OF_ENTRY; steps++) {
        struct machine machine = traced_machine(tracer->child);
        if (machine.rip == entry) {
            observer_enter(&tracer->observer, &machine, entry & ~0xffffffffull, 0);
            return;
        }
        if (traced_go_on(tracer->child, PTRACE_SINGLESTEP, 0) != SIGTRAP)
            break;
    }
    fprintf(stderr, "tracer: the sandbox is not entered\n");
    exit(2);
}

/* Debug register 0 stops at an instruction; register 7 says so. */
static void set_debug_register(const struct tracer *tracer, int number, uint64_t value) {
    size_t place = offsetof(struct user, u_debugreg) + (size_t)number * 8;
    if (ptrace(PTRACE_POKEUSER, tracer->child, place, value) != 0)
        die("PTRACE_POKEUSER");
}

/*
 * Runs the function that was just entered at full speed, up to its return or to where longjmp
 * leads: whatever it calls has been looked at. Each stop counts as a step. False when the sandbox
 * has ended, or its steps have.
 */
static bool skip(struct tracer *tracer) {
    struct activation skipped = observer_activation(&tracer->observer);
    set_debug_register(tracer, 0, skipped.back);
    set_debug_register(tracer, 7, 1);
    while (tracer->observer.steps++ < tracer->observer.head.most_steps) {
        if (run_host(tracer, 0, skipped.back) == 0)
            return false;
        struct machine machine = traced_machine(tracer->child);
        if (machine.registers[RSP] > skipped.entry) {
            set_debug_register(tracer, 7, 0);
            observer_skip(&tracer->observer, &machine);
            return true;
        }
        if (machine.rip == skipped.back &&
            traced_go_on(tracer->child, PTRACE_SINGLESTEP, 0) != SIGTRAP)
            return false;
    }
    return false;
}

/* Steps sandboxed code until it ends; how. */
static uint64_t step_sandbox(struct tracer *tracer) {
    struct observer *observer = &tracer->observer;
    while (observer->steps < observer->head.most_steps) {
        struct machine machine = traced_machine(tracer->child);
        if (observer_is_code(observer, machine.rip)) {
            if (!observer_step(observer, &machine))
                return STOPPED;
            if (observer_may_skip(observer)) {
                if (!skip(tracer))
                    return observer->steps < observer->head.most_steps ? ENDED : OUT_OF_STEPS;
                continue;
            }
            int signal = traced_go_on(tracer->child, PTRACE_SINGLESTEP, 0);
            if (signal == SIGTRAP && !observer_is_trap(observer))
                continue;
            if (signal < 0)
                return ENDED;
            traced_observe_fault(tracer->child, signal, observer);
            return run_host(tracer, signal, 0) == 0 ? (uint64_t)signal : STOPPED;
        }
        if (machine.rip != tracer->gate) {
            observer_leave(observer, &machine);
            return run_host(tracer, 0, 0) == 0 ? ENDED : STOPPED;
        }
        if (!observer_gate(observer, &machine))
            return STOPPED;
        if (run_host(tracer, 0, 0) != tracer->gate_return)
            return ENDED;
        machine = traced_machine(tracer->child);
        observer_return_from_gate(observer, &machine);
    }
    return OUT_OF_STEPS;
}

/* Whether processes may be traced here, and have debug registers. */
static bool probe(void) {
    pid_t child = fork();
    int status;
    if (child == 0) {
        if (ptrace(PTRACE_TRACEME, 0, 0, 0) == 0)
            raise(SIGSTOP);
        _exit(1);
    }
    bool stops = child > 0 && waitpid(child, &status, 0) == child && WIFSTOPPED(status);
    size_t place = offsetof(struct user, u_debugreg);
    bool can = stops && ptrace(PTRACE_POKEUSER, child, place, (uint64_t)(uintptr_t)exit) == 0 &&
               ptrace(PTRACE_POKEUSER, child, place + 7 * 8, 1) == 0;
    if (stops)
        kill(child, SIGKILL);
    return can;
}

static uint64_t address(const char *text) {
    return strtoull(text, NULL, 16);
}

int main(int argc, char **argv) {
    static struct tracer tracer;
    if (argc == 2 && strcmp(argv[1], "--probe") == 0)
        return probe() ? 0 : 1;
    if (argc < 7)
        return 2;
    tracer.enter = address(argv[3]);
    tracer.gate = address(argv[4]);
    tracer.gate_return = address(argv[5]);
    tracer.observer.read = read_memory;
    tracer.observer.context = &tracer;
    observer_open(&tracer.observer, argv[1], argv[2]);
    start(&tracer, argv + 6);
    if (run_host(&tracer, 0, 0) != tracer.enter) {
        fprintf(stderr, "tracer: the program ended before it entered a sandbox\n");
        return 2;
    }
    step_into(&tracer);
    uint64_t how = step_sandbox(&tracer);
    if (how == OUT_OF_STEPS)
        observer_check_returns(&tracer.observer);
    observer_end(&tracer.observer, how);
    kill(tracer.child, SIGKILL);
    return fclose(tracer.observer.output) == 0 ? 0 : 2;
}
