/*
 * Signals while sandboxed code runs. A fault inside ends the run, never the process. Handlers run
 * on an alternate stack, find the run by FS, touch nothing of the sandbox and use GS for nothing;
 * what a handler of this library decides is carried out after sigreturn, at tbx_abandon.
 */
#ifndef TBX_SIGNALS_H
#define TBX_SIGNALS_H

#include "run.h"

#include <time.h>

/* Installs the handlers, once a process. */
bool tbx_signals_install(tbx_error *error);

/* Lets the signals of faults and of the timer through on this thread from now on. */
void tbx_signals_unblock(void);

/*
 * The signal mask that a run needs. SIGPIPE and SIGXFSZ wait: what a sandbox's output meets is its
 * own affair, and comes back as an error of the host call. The signals of faults and of the timer
 * come through, whatever the thread blocks otherwise: a blocked fault would end the process.
 * `restore` wants what `hold` returned.
 */
struct tbx_held_signals tbx_signals_hold(void);
void tbx_signals_restore(const struct tbx_held_signals *held);

/* A timer that ends `run` on the calling thread after `nanoseconds` (not 0) of `clock`, in host
 * calls that block as well. */
bool tbx_timer_start(timer_t *timer, clockid_t clock, struct tbx_run *run, uint64_t nanoseconds,
                     tbx_error *error);
void tbx_timer_stop(timer_t timer);

#endif
