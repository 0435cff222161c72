/* What a sandbox is given, as collected by the functions of tmebox.h. */
#ifndef TBX_CONFIG_H
#define TBX_CONFIG_H

#include "tmebox.h"

#include <stdatomic.h>

enum { TBX_MAX_DIRECTORIES = 32, TBX_SYSTEM_CALLS = 512 };

struct tbx_directory {
    char *host_path;
    char *guest_path; /* absolute, normal form */
    bool writable;
};

/* A function of the host that sandboxes may import. */
struct tbx_named_function {
    char *name; /* owned */
    tbx_host_function *function;
    void *context;
};

struct tbx_config {
    atomic_uint references;
    unsigned grants;
    uint64_t heap, stack, native_stack; /* whole pages */
    uint64_t timeout, cpu_time;         /* nanoseconds of a run; 0: without limit */
    bool has_time_limits;               /* one of them is not 0 */
    bool limits_calls;                  /* only allowed_calls, one bit a number, are answered */
    uint64_t allowed_calls[TBX_SYSTEM_CALLS / 64];
    bool keeps_registers; /* the gate does not clear vector registers */
    struct tbx_directory directories[TBX_MAX_DIRECTORIES];
    unsigned directory_count;
    char *working_directory; /* normal form; null: "/" */
    char **environment;      /* environment_count strings */
    unsigned environment_count;
    struct tbx_named_function *functions; /* owned, function_count of them */
    unsigned function_count;
};

/* A copy that does not change any more; null when out of memory. tbx_config_free gives up a
 * reference. */
struct tbx_config *tbx_config_copy(const struct tbx_config *config);
struct tbx_config *tbx_config_retain(struct tbx_config *config);

/* Used where a null config is given. */
struct tbx_config tbx_config_default(void);

#endif
