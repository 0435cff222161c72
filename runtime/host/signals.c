#include "signals.h"

#include "backend.h"
#include "error.h"

#include <errno.h>
#include <pthread.h>
#include <ucontext.h>
#include <unistd.h>

/* The timer's signal: ignored by default, so a late one does no harm, and rarely used for anything
 * else. */
#define TIMER_SIGNAL SIGURG

static const int fault_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGTRAP};
enum { FAULT_SIGNALS = sizeof fault_signals / sizeof *fault_signals };

/* What the host had installed before. Written once, before any handler of ours can run. */
static struct sigaction host_actions[_NSIG];

/* Direction, trap and alignment-check flags, as the sandbox may have left them. */
enum { FLAGS_CLEARED = 1 << 8 | 1 << 10 | 1 << 18 };

/* Lets the interrupted thread go on at tbx_abandon. */
static void end_run(struct tbx_run *run, ucontext_t *context) {
    greg_t *registers = context->uc_mcontext.gregs;
    registers[REG_RIP] = (greg_t)(uintptr_t)tbx_abandon;
    registers[REG_RSP] = (greg_t)run->host_rsp;
    registers[REG_EFL] &= ~(greg_t)FLAGS_CLEARED;
}

/* Leaves a signal that is not ours to the host: its handler, or death by the default action. */
static void pass_on(int signal, siginfo_t *info, void *context) {
    const struct sigaction *action = &host_actions[signal];
    if ((action->sa_flags & SA_SIGINFO) != 0) {
        action->sa_sigaction(signal, info, context);
    } else if (action->sa_handler == SIG_DFL ||
               (action->sa_handler == SIG_IGN && info->si_code > 0)) {
        if (signal == TIMER_SIGNAL)
            return;
        struct sigaction fatal = {.sa_handler = SIG_DFL};
        sigaction(signal, &fatal, NULL);
        if (info->si_code <= 0) /* sent, not caused by an instruction that would fault again */
            raise(signal);
    } else if (action->sa_handler != SIG_IGN) {
        action->sa_handler(signal);
    }
}

/* Whether the signal has interrupted a handler, which may itself have interrupted sandboxed code:
 * that is the host's, and runs to its end. */
static bool was_in_handler(const ucontext_t *context) {
    const stack_t *stack = &context->uc_stack;
    uint64_t used =
        (uint64_t)context->uc_mcontext.gregs[REG_RSP] - (uint64_t)(uintptr_t)stack->ss_sp;
    return used != 0 && used <= stack->ss_size;
}

static void on_fault(int signal, siginfo_t *info, void *context_pointer) {
    const struct tbx_backend_operations *backend = tbx_backend_now();
    struct tbx_run *run = tbx_current;
    ucontext_t *context = context_pointer;
    uint64_t address = (uint64_t)(uintptr_t)info->si_addr;
    enum tbx_fault_answer answer = TBX_FAULT_OTHER;
    if (backend->fault != NULL)
        answer = backend->fault(signal, info, context, &address);
    if (answer == TBX_FAULT_RESOLVED)
        return;
    if (run == NULL || !run->inside || info->si_code <= 0 || was_in_handler(context)) {
        pass_on(signal, info, context_pointer);
        return;
    }
    const greg_t *registers = context->uc_mcontext.gregs;
    run->machine_fault = (struct tbx_machine_fault){
        .signal = signal,
        .code = info->si_code,
        .address = address,
        .is_foreign = answer == TBX_FAULT_FOREIGN,
        .instruction = (uint64_t)registers[REG_RIP],
        .stack_pointer = (uint64_t)registers[REG_RSP],
        .trap = (uint64_t)registers[REG_TRAPNO],
        .error = (uint64_t)registers[REG_ERR],
    };
    end_run(run, context);
}

/* Whether `run` is running on this thread, as the current run or around it. */
static bool is_running(const struct tbx_run *run) {
    for (const struct tbx_run *at = tbx_current; at != NULL; at = at->outer)
        if (at == run)
            return true;
    return false;
}

static void on_timer(int signal, siginfo_t *info, void *context) {
    struct tbx_run *expired = info->si_value.sival_ptr;
    if (info->si_code != SI_TIMER || !is_running(expired)) {
        pass_on(signal, info, context);
        return;
    }
    /* A run inside a host call of the expired one ends with it. */
    struct tbx_run *run = tbx_current;
    for (struct tbx_run *at = run; at != expired; at = at->outer)
        at->time_is_up = 1;
    expired->time_is_up = 1;
    if (!run->inside || was_in_handler(context)) /* it fires again */
        return;
    const struct tbx_backend_operations *backend = tbx_backend_now();
    if (backend->interrupt != NULL)
        backend->interrupt(context);
    end_run(run, context);
}

static bool install(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action = {.sa_sigaction = handler,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK | flags};
    sigemptyset(&action.sa_mask);
    sigaddset(&action.sa_mask, TIMER_SIGNAL); /* a handler is never abandoned half way */
    return sigaction(signal, &action, &host_actions[signal]) == 0;
}

bool tbx_signals_install(tbx_error *error) {
    static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
    static bool installed;
    pthread_mutex_lock(&lock);
    bool done = true;
    for (int i = 0; !installed && i < FAULT_SIGNALS; i++)
        done = done && install(fault_signals[i], on_fault, 0);
    /* Without SA_RESTART: a host call that blocks must come back. */
    installed = installed || (done && install(TIMER_SIGNAL, on_timer, 0));
    done = installed;
    pthread_mutex_unlock(&lock);
    return done || tbx_fail_errno(error, "cannot install signal handlers");
}

static sigset_t output_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    sigaddset(&set, SIGXFSZ);
    return set;
}

static bool output_signal_pending(void) {
    sigset_t pending;
    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGPIPE) == 1 || sigismember(&pending, SIGXFSZ) == 1);
}

/* Takes the signals that this library handles out of a mask of blocked ones. */
static void let_through(sigset_t *mask) {
    sigdelset(mask, TIMER_SIGNAL);
    for (int i = 0; i < FAULT_SIGNALS; i++)
        sigdelset(mask, fault_signals[i]);
}

struct tbx_held_signals tbx_signals_hold(void) {
    struct tbx_held_signals held = {.was_pending = output_signal_pending()};
    pthread_sigmask(SIG_SETMASK, NULL, &held.mask);
    sigset_t mask = held.mask;
    sigaddset(&mask, SIGPIPE);
    sigaddset(&mask, SIGXFSZ);
    let_through(&mask);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
    return held;
}

void tbx_signals_unblock(void) {
    sigset_t mask;
    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    let_through(&mask);
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

void tbx_signals_restore(const struct tbx_held_signals *held) {
    sigset_t set = output_signals();
    const struct timespec at_once = {0};
    while (!held->was_pending && output_signal_pending() && sigtimedwait(&set, NULL, &at_once) > 0)
        continue;
    pthread_sigmask(SIG_SETMASK, &held->mask, NULL);
}

#ifndef sigev_notify_thread_id
#define sigev_notify_thread_id _sigev_un._tid
#endif

bool tbx_timer_start(timer_t *timer, clockid_t clock, struct tbx_run *run, uint64_t nanoseconds,
                     tbx_error *error) {
    enum { BILLION = 1000000000, AGAIN = 10000000 };
    struct sigevent event = {.sigev_notify = SIGEV_THREAD_ID, .sigev_signo = TIMER_SIGNAL};
    event.sigev_value.sival_ptr = run;
    event.sigev_notify_thread_id = gettid();
    /* It fires again until the run has ended: the first signal may come just before a host call
     * blocks. */
    struct itimerspec when = {
        .it_value = {.tv_sec = (time_t)(nanoseconds / BILLION),
                     .tv_nsec = (long)(nanoseconds % BILLION)},
        .it_interval = {.tv_nsec = AGAIN},
    };
    if (timer_create(clock, &event, timer) != 0)
        return tbx_fail_errno(error, "cannot make a timer");
    if (timer_settime(*timer, 0, &when, NULL) != 0) {
        timer_delete(*timer);
        return tbx_fail_errno(error, "cannot start a timer");
    }
    return true;
}

void tbx_timer_stop(timer_t timer) {
    timer_delete(timer);
}
