/* Tenants, and the ways to run their code. */
#ifndef TENANTS_H
#define TENANTS_H

#include "handler.h"

#include <stdbool.h>

/* What became of a request. */
struct reply {
    bool done; /* false: `text` says what went wrong */
    size_t length;
    char text[ANSWER_SIZE];
};

/* Any thread may ask any tenant: a way keeps apart what must be. */
struct way {
    const char *name;
    /* Makes `count` tenants; ends the program when that fails. `image` is the sandboxed handler. */
    void (*start)(unsigned count, const char *image);
    void (*ask)(unsigned tenant, const char *path, struct reply *reply);
    double (*cpu_seconds)(void); /* used by others than this process; null: none */
    void (*stop)(void);
};

extern const struct way in_sandboxes;       /* a sandbox a tenant, reset when it fails */
extern const struct way in_fresh_sandboxes; /* the same, reset after each request */
extern const struct way in_processes; /* a process a tenant, at the other end of a socket pair */
extern const struct way as_functions; /* all tenants in this process, unprotected */

/* Prints the message and ends the program. */
_Noreturn void fail(const char *message);

#endif
