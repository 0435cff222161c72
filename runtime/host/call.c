/* Calls of exported functions. What is done here is done at every call, so little is. */
#include "error.h"
#include "sandbox.h"
#include "signals.h"
#include "template.h"
#include "thread.h"
#include "time_limits.h"

static bool call_with_limits(struct tbx_run *run, tbx_function function,
                             const tbx_arguments *arguments, tbx_error *error) {
    struct tbx_time_limits limits;
    if (!tbx_time_limits_start(&limits, run, error))
        return false;
    tbx_run_start(run, function, arguments);
    tbx_time_limits_stop(&limits, run->sandbox->config);
    return true;
}

/* With the sandbox entered by this thread. */
static bool call(struct tbx_run *run, tbx_function function, const tbx_arguments *arguments,
                 tbx_error *error) {
    struct tbx_thread *thread = &tbx_thread;
    struct tbx_sandbox *sandbox = run->sandbox;
    if (sandbox->state != TBX_STATE_READY)
        return tbx_fail(error, sandbox->state == TBX_STATE_NEW
                                   ? "the sandbox is for a program: make it from a template"
                                   : "the sandbox has ended: reset it");
    if (!tbx_is_function(&sandbox->template->functions, function))
        return tbx_fail(error, "no such function");
    if ((!thread->takes_faults && !tbx_thread_prepare_calls(error)) ||
        !tbx_run_take_stack(run, error))
        return false;
    sandbox->calls++;
    bool done = true;
    if (!sandbox->config->has_time_limits)
        tbx_run_start(run, function, arguments);
    else
        done = call_with_limits(run, function, arguments, error);
    if (run->holds_signals)
        tbx_signals_restore(&run->held);
    tbx_native_stack_give(&thread->stacks, run->stack);
    return done;
}

bool tbx_sandbox_call(tbx_sandbox *sandbox, tbx_function function, const tbx_arguments *arguments,
                      tbx_result *result, tbx_outcome *outcome) {
    struct tbx_run run; /* not cleared as a whole: that would take longer than the entry */
    bool nested;
    if (!tbx_sandbox_enter(sandbox, &nested)) {
        outcome->kind = TBX_BUSY;
        return false;
    }
    run.inside = 0;
    run.keeps_registers = sandbox->config->keeps_registers;
    run.time_is_up = 0;
    run.sandbox_ended = false;
    run.holds_signals = false;
    run.sandbox = sandbox;
    run.outcome = outcome;
    run.machine_fault.signal = 0;
    if (!call(&run, function, arguments, &outcome->error))
        outcome->kind = TBX_NOT_STARTED;
    else if (outcome->kind == TBX_RETURNED && result != NULL)
        *result = run.result;
    tbx_sandbox_leave(sandbox, nested);
    return outcome->kind == TBX_RETURNED;
}
