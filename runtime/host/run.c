/* Runs: what is the same for a program and for a call into a library. */
#include "run.h"

#include "error.h"
#include "fault.h"
#include "gs_base.h"
#include "sandbox.h"
#include "signals.h"
#include "startup.h"
#include "thread.h"
#include "time_limits.h"

_Thread_local struct tbx_run *tbx_current;

/*
 * Writing the GS base costs as much as the rest of an entry, so it is left as it is when the host
 * does not use GS itself: then it is 0, or what we left in it. Reading it costs nothing, so what
 * it is is never guessed.
 */
static uint64_t enter_window(uint64_t base) {
    uint64_t before = tbx_gs_read();
    if (before != base)
        tbx_gs_write(base);
    return before;
}

static void leave_window(const struct tbx_run *run, uint64_t base, uint64_t before) {
    struct tbx_thread *thread = &tbx_thread;
    bool is_unused = run->outer == NULL && (before == 0 || before == thread->left_gs_base);
    if (is_unused)
        thread->left_gs_base = base;
    else if (before != base)
        tbx_gs_write(before);
}

/* The outer runs of the same sandbox cannot go on either, when they come back from their host
 * calls. */
static void end_outer_runs(const struct tbx_run *run) {
    run->sandbox->state = TBX_STATE_ENDED;
    run->sandbox->ends++;
    for (struct tbx_run *outer = run->outer; outer != NULL; outer = outer->outer) {
        if (outer->sandbox != run->sandbox)
            continue;
        outer->end = *run->outcome;
        outer->sandbox_ended = true;
    }
}

/* The outcome of a run that did not return. Host calls have written theirs already. */
static void finish(struct tbx_run *run) {
    if (run->machine_fault.signal != 0)
        tbx_fault_classify(run);
    else if (run->sandbox_ended)
        *run->outcome = run->end;
    else if (run->outcome->kind == TBX_NOT_STARTED && run->time_is_up)
        run->outcome->kind = TBX_TIMED_OUT;
    end_outer_runs(run);
}

void tbx_run_start(struct tbx_run *run, uint32_t entry, const tbx_arguments *arguments) {
    const struct tbx_sandbox *sandbox = run->sandbox;
    uint64_t base = (uint64_t)(uintptr_t)sandbox->memory.window.base;
    uint64_t code = (uint64_t)(uintptr_t)sandbox->image->code.base;
    run->outcome->kind = TBX_NOT_STARTED;
    run->guest_rsp = tbx_native_stack_top(run->stack);
    run->outer = tbx_current;
    tbx_current = run;
    uint64_t before = enter_window(base);
    bool returned = tbx_enter(run, code + entry, arguments);
    leave_window(run, base, before);
    tbx_current = run->outer;
    if (run->stack->jumps.entry_capacity != 0)
        tbx_jump_table_clear(&run->stack->jumps);
    if (__builtin_expect(returned, true))
        run->outcome->kind = TBX_RETURNED;
    else
        finish(run);
}

/* Each run within a run takes stack of the host's thread, and a sandbox that calls functions of the
 * host which call it again would take all of it. */
bool tbx_run_take_stack(struct tbx_run *run, tbx_error *error) {
    const struct tbx_sandbox *sandbox = run->sandbox;
    struct tbx_spare_stacks *spare = &tbx_thread.stacks;
    run->depth = tbx_current == NULL ? 0 : tbx_current->depth + 1;
    if (run->depth > TBX_MOST_NESTED_CALLS)
        return tbx_fail(error, "calls are nested more than %d deep", TBX_MOST_NESTED_CALLS);
    run->stack =
        tbx_native_stack_take(spare, sandbox->config->native_stack, sandbox->identity, error);
    return run->stack != NULL;
}

void tbx_run_resume(struct tbx_run *run) {
    uint64_t base = (uint64_t)(uintptr_t)run->sandbox->memory.window.base;
    if (tbx_current != run)
        tbx_misused("a function of the host has returned into another call");
    run->outcome->kind = TBX_NOT_STARTED;
    if (tbx_gs_read() != base)
        tbx_gs_write(base);
    if (run->keeps_registers == 0)
        tbx_forget_x87();
}

/* Takes what a run from `_start` needs beside a stack. */
static bool start_program(struct tbx_run *run, tbx_error *error) {
    const struct tbx_sandbox *sandbox = run->sandbox;
    const tbx_arguments arguments = {
        .integers = {sandbox->memory.startup_start, sandbox->memory.startup_start}};
    struct tbx_time_limits limits;
    if (!tbx_time_limits_start(&limits, run, error))
        return false;
    run->held = tbx_signals_hold();
    run->holds_signals = true;
    tbx_run_start(run, sandbox->image->elf.entry, &arguments);
    tbx_time_limits_stop(&limits, sandbox->config); /* while its signal is let through */
    tbx_signals_restore(&run->held);
    return true;
}

bool tbx_run_program(struct tbx_run *run, int argc, const char *const *argv, tbx_error *error) {
    if (run->sandbox->state != TBX_STATE_NEW)
        return tbx_fail(error, "a sandbox runs one program once");
    if (!tbx_startup_write(run->sandbox, argc, argv, error) || !tbx_signals_install(error) ||
        !tbx_thread_prepare(error) || !tbx_run_take_stack(run, error))
        return false;
    run->sandbox->state = TBX_STATE_ENDED;
    bool started = start_program(run, error);
    tbx_native_stack_empty(run->stack);
    tbx_native_stack_give(&tbx_thread.stacks, run->stack);
    return started;
}

void tbx_sandbox_run(tbx_sandbox *sandbox, int argc, const char *const *argv,
                     tbx_outcome *outcome) {
    struct tbx_run run = {.sandbox = sandbox, .outcome = outcome};
    tbx_error error = {""};
    bool nested;
    *outcome = (tbx_outcome){.kind = TBX_NOT_STARTED};
    if (!tbx_sandbox_enter(sandbox, &nested)) {
        outcome->kind = TBX_BUSY;
        return;
    }
    if (!tbx_run_program(&run, argc, argv, &error))
        *outcome = (tbx_outcome){.kind = TBX_NOT_STARTED, .error = error};
    else if (outcome->kind == TBX_RETURNED) /* from _start */
        *outcome = (tbx_outcome){.kind = TBX_EXITED, .status = (int)(run.result.integer & 0xFF)};
    tbx_sandbox_leave(sandbox, nested);
}

_Static_assert(offsetof(struct tbx_run, guest_rsp) == RUN_GUEST_RSP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_rbx) == RUN_GUEST_RBX, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_rbp) == RUN_GUEST_RBP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r12) == RUN_GUEST_R12, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r13) == RUN_GUEST_R13, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r14) == RUN_GUEST_R14, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_r15) == RUN_GUEST_R15, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_rsp) == RUN_HOST_RSP, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_mxcsr) == RUN_GUEST_MXCSR, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_mxcsr) == RUN_HOST_MXCSR, "gate.S");
_Static_assert(offsetof(struct tbx_run, guest_fcw) == RUN_GUEST_FCW, "gate.S");
_Static_assert(offsetof(struct tbx_run, host_fcw) == RUN_HOST_FCW, "gate.S");
_Static_assert(offsetof(struct tbx_run, inside) == RUN_INSIDE, "gate.S");
_Static_assert(offsetof(struct tbx_run, keeps_registers) == RUN_KEEPS_REGISTERS, "gate.S");
_Static_assert(offsetof(struct tbx_run, result.integer) == RUN_RESULT_INTEGER, "gate.S");
_Static_assert(offsetof(struct tbx_run, result.real) == RUN_RESULT_REAL, "gate.S");
_Static_assert(offsetof(tbx_arguments, real_count) == ARGUMENTS_REAL_COUNT, "gate.S");
_Static_assert(offsetof(tbx_arguments, integers) == ARGUMENTS_INTEGERS, "gate.S");
_Static_assert(offsetof(tbx_arguments, reals) == ARGUMENTS_REALS, "gate.S");
