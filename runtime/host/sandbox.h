/* A sandbox: its window, what it may use, and the state of its program. */
#ifndef TBX_SANDBOX_H
#define TBX_SANDBOX_H

#include "config.h"
#include "image.h"
#include "jump_table.h"
#include "memory.h"
#include "run.h"

struct tbx_native_stack {
    unsigned char *mapping; /* guard, stack, guard; null: none */
    size_t mapping_size;
    uintptr_t start, end; /* the accessible part */
};

struct tbx_sandbox {
    struct tbx_image *image; /* a reference of its own */
    struct tbx_memory memory;
    struct tbx_native_stack native_stack;
    struct tbx_jump_table jumps;
    struct tbx_files *files; /* owned */
    unsigned grants;
    uint64_t timeout;
    char **environment; /* owned, environment_count strings */
    unsigned environment_count;
    bool started;
    bool survives_broken_pipe; /* the program handles or ignores SIGPIPE: it gets EPIPE and goes on
                                */
};

#endif
