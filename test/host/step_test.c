/*
 * A time limit that is reached at each instruction of the gate, and of the sandboxed code between:
 * the run ends or goes on, and the host and the neighbours are as they were. A process that traces
 * another one steps it through a call, and gives it the timer's signal at the instruction that is
 * next in turn.
 */
#include "check.h"
#include "run.h"
#include "small_library.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

/* --- The process that is stepped --- */

static volatile long is_over; /* set by the other */

static tbx_sandbox *caller, *neighbour;

static uint64_t call_neighbour(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)context;
    return CALL1(neighbour, "add", arguments[0]);
}

static uint64_t return_one(tbx_sandbox *sandbox, const uint64_t arguments[6], void *context) {
    (void)sandbox, (void)arguments, (void)context;
    return 1;
}

static void expect(bool condition, const char *what) {
    if (condition)
        return;
    fprintf(stderr, "# %s; the call ended as %d\n", what, outcome.kind);
    _exit(1);
}

struct control {
    uint32_t mxcsr;
    uint16_t fcw;
};

static struct control control_now(void) {
    struct control now;
    __asm__ volatile("stmxcsr %0\n\tfnstcw %1" : "=m"(now.mxcsr), "=m"(now.fcw));
    return now;
}

/* The sandbox does its work, if need be after a reset. */
static void expect_usable(tbx_sandbox *sandbox) {
    tbx_error error;
    expect(tbx_sandbox_reset(sandbox, &error), "no reset");
    expect(CALL1(sandbox, "add", 41) == 42 && outcome.kind == TBX_RETURNED, "a wrong answer");
}

static _Noreturn void be_stepped(tbx_host_function *import) {
    open_template(small_config());
    caller = new_copy();
    neighbour = new_copy();
    first_import = import;
    struct control before = control_now();
    ptrace(PTRACE_TRACEME, 0, NULL, NULL);
    for (;;) {
        raise(SIGSTOP);
        if (is_over)
            break;
        CALL2(caller, "import", 0, 1);
        expect(outcome.kind == TBX_RETURNED || outcome.kind == TBX_TIMED_OUT, "a strange end");
        expect(tbx_current == NULL, "a run is left");
        struct control now = control_now();
        expect(now.mxcsr == before.mxcsr && now.fcw == before.fcw, "control state is changed");
        expect_usable(caller);
        expect_usable(neighbour);
    }
    _exit(0);
}

/* --- The process that steps --- */

struct stepped {
    pid_t process;
    struct user_regs_struct registers;
    uint64_t run; /* whose time is up */
    int status;   /* how it stopped or ended */
};

/* Lets it go on, and waits until it stops. False when it has ended. */
static bool resume(struct stepped *child, int how, int signal) {
    if (ptrace(how, child->process, NULL, signal) != 0 ||
        waitpid(child->process, &child->status, 0) != child->process || !WIFSTOPPED(child->status))
        return false;
    ptrace(PTRACE_GETREGS, child->process, NULL, &child->registers);
    return true;
}

static long word_at(const struct stepped *child, uint64_t address) {
    return ptrace(PTRACE_PEEKDATA, child->process, address, NULL);
}

/* Lets it run to `address`, where it has not been yet. */
static bool run_to(struct stepped *child, uint64_t address) {
    long code = word_at(child, address);
    ptrace(PTRACE_POKEDATA, child->process, address, (code & ~0xFFl) | 0xCC);
    bool stopped = resume(child, PTRACE_CONT, 0);
    ptrace(PTRACE_POKEDATA, child->process, address, code);
    if (!stopped || child->registers.rip != address + 1)
        return false;
    child->registers.rip = address;
    return ptrace(PTRACE_SETREGS, child->process, NULL, &child->registers) == 0;
}

/* The timer's signal, as from the kernel. */
static bool reach_limit(struct stepped *child) {
    siginfo_t info = {.si_signo = SIGURG, .si_code = SI_TIMER};
    info.si_value.sival_ptr = (void *)child->run;
    return ptrace(PTRACE_SETSIGINFO, child->process, NULL, &info) == 0 &&
           resume(child, PTRACE_CONT, SIGURG);
}

/* Steps through the call that begins here, host functions at once. True when `count` instructions
 * were stepped over before it was over. */
static bool step(struct stepped *child, unsigned count) {
    uint64_t end = (uint64_t)word_at(child, child->registers.rsp);
    while (child->registers.rip != end && count-- > 0) {
        if (!resume(child, PTRACE_SINGLESTEP, 0))
            return false;
        if (child->registers.rip == (uintptr_t)tbx_dispatch &&
            !run_to(child, (uint64_t)word_at(child, child->registers.rsp)))
            return false;
    }
    return child->registers.rip != end;
}

/* From its stop before the call to that before the next one. `depth`: the call inside is stepped.
 * True when the limit was reached; false when the call has fewer instructions. */
static bool try_at(struct stepped *child, unsigned depth, unsigned count) {
    bool there = run_to(child, (uintptr_t)tbx_enter);
    child->run = child->registers.rdi;
    for (; there && depth > 0; depth--)
        there = resume(child, PTRACE_SINGLESTEP, 0) && run_to(child, (uintptr_t)tbx_enter);
    CHECK(there);
    return there && step(child, count) && reach_limit(child);
}

static void step_calls(tbx_host_function *import, unsigned depth) {
    enum { LEAST = 100, MOST = 2000 };
    struct stepped child = {.process = fork()};
    if (child.process == 0)
        be_stepped(import);
    waitpid(child.process, &child.status, 0);
    CHECK(WIFSTOPPED(child.status));
    unsigned count = 0;
    while (count < MOST && try_at(&child, depth, count))
        count++;
    CHECK(count > LEAST && count < MOST);
    ptrace(PTRACE_POKEDATA, child.process, &is_over, 1);
    while (resume(&child, PTRACE_CONT, 0))
        continue;
    CHECK(WIFEXITED(child.status) && WEXITSTATUS(child.status) == 0);
}

static void a_time_limit_may_be_reached_at_any_instruction(void) {
    step_calls(return_one, 0);
}

static void the_limit_of_an_outer_call_may_be_reached_in_an_inner_one(void) {
    step_calls(call_neighbour, 1);
}

/* Where processes may not trace others there is nothing to step with. */
static bool may_trace(void) {
    int status = 0;
    pid_t child = fork();
    if (child == 0)
        _exit(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0 ? 0 : 1);
    waitpid(child, &status, 0);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(int argc, char **argv) {
    static const struct check_test tests[] = {
        TEST(a_time_limit_may_be_reached_at_any_instruction),
        TEST(the_limit_of_an_outer_call_may_be_reached_in_an_inner_one),
    };
    if (may_trace())
        return check_main(tests, sizeof tests / sizeof *tests, argc, argv);
    printf("skipped all: a process may not trace another one here\n");
    return 0;
}
