/* What a thread of the host keeps between its runs. */
#ifndef TBX_THREAD_H
#define TBX_THREAD_H

#include "native_stack.h"

struct tbx_thread {
    struct tbx_spare_stacks stacks;
    uint64_t left_gs_base; /* what the last run left in GS, since the host did not use it */
    void *alternate_stack; /* owned mapping; null when the host gave the thread a large one */
    bool has_alternate_stack;
    bool takes_faults; /* the signals of faults and of the timer are not blocked: see below */
};

extern _Thread_local struct tbx_thread tbx_thread __attribute__((tls_model("initial-exec")));

/* Gives the calling thread an alternate stack for signals if it has none that is large enough. What
 * the thread keeps is freed when it ends. */
bool tbx_thread_prepare(tbx_error *error);

/* The same, and lets the signals of faults through for good: calls do not change the signal mask
 * each time. */
bool tbx_thread_prepare_calls(tbx_error *error);

#endif
