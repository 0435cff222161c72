/* The C part of a library's start, in the place of start.c: it runs the constructors and returns,
 * and the host calls functions from then on. */

#include "tmebox-guest.h"

#include <stddef.h>

void *malloc(size_t size);
void free(void *pointer);
void __init_libc(char **environment, char *program);
void __libc_start_init(void);
void __tbx_start_c(long *startup);

/* Called by _start with the start-up block; see start.c. */
void __tbx_start_c(long *startup) {
    char **argv = (char **)(startup + 1);
    __init_libc(argv + startup[0] + 1, argv[0]);
    __libc_start_init();
}

/* tbx_sandbox_allocate and tbx_sandbox_release. */
TBX_EXPORT(malloc)
TBX_EXPORT(free)
