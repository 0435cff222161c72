/* What a sandbox is given, as collected by the functions of tmebox.h. */
#ifndef TBX_CONFIG_H
#define TBX_CONFIG_H

#include "tmebox.h"

enum { TBX_MAX_DIRECTORIES = 32 };

struct tbx_directory {
    char *host_path;
    char *guest_path; /* absolute, normal form */
    bool writable;
};

struct tbx_config {
    unsigned grants;
    uint64_t heap, stack, native_stack; /* whole pages */
    uint64_t timeout;                   /* nanoseconds; 0: none */
    struct tbx_directory directories[TBX_MAX_DIRECTORIES];
    unsigned directory_count;
    char *working_directory; /* normal form; null: "/" */
    char **environment;      /* environment_count strings */
    unsigned environment_count;
};

/* Used where a null config is given. */
struct tbx_config tbx_config_default(void);

#endif
