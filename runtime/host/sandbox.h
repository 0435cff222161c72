/* A sandbox: its window, what it may use, and the state of its code. */
#ifndef TBX_SANDBOX_H
#define TBX_SANDBOX_H

#include "config.h"
#include "image.h"
#include "jump_table.h"
#include "memory.h"
#include "run.h"

#include <stdatomic.h>

struct tbx_thread;

/* What may be done with a sandbox next. */
enum tbx_sandbox_state {
    TBX_STATE_NEW,   /* its program can be run */
    TBX_STATE_READY, /* its library is started: functions can be called */
    TBX_STATE_ENDED, /* it exited, faulted or ran out of time */
};

struct tbx_sandbox {
    _Atomic(const struct tbx_thread *) user; /* the thread that is inside; null: none */
    enum tbx_sandbox_state state;
    bool is_freed; /* by the thread that is inside: the end of its outermost call destroys it */
    uint64_t
        identity; /* of what it holds: no other sandbox, and none after a reset, has the same */
    struct tbx_image *image;             /* a reference of its own */
    struct tbx_config *config;           /* a reference of its own; not changed any more */
    const struct tbx_template *template; /* a reference of its own; null: made for a program */
    const struct tbx_import *imports;    /* the template's, import_count of them */
    uint32_t import_count;
    struct tbx_memory memory;
    struct tbx_files *files;   /* owned */
    bool survives_broken_pipe; /* the program handles or ignores SIGPIPE: it gets EPIPE and goes on
                                */
    uint64_t jump_serial;      /* of its last setjmp */
    uint64_t calls, host_calls, refused_calls, ends, resets; /* for tbx_sandbox_statistics */
};

/* Once a process, before the first sandbox: what the machine can do. */
void tbx_machine_prepare(void);

/* A number that no call before has returned. Never 0. */
uint64_t tbx_new_identity(void);

/* Takes the sandbox for the calling thread; false when another one is inside. `nested` says whether
 * the thread was inside already. Leaving it may destroy it: it is not to be touched any more. */
bool tbx_sandbox_enter(struct tbx_sandbox *sandbox, bool *nested);
void tbx_sandbox_leave(struct tbx_sandbox *sandbox, bool nested);

#endif
