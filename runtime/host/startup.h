/* The start-up block: arguments, environment and auxiliary vector, as a program finds them. */
#ifndef TBX_STARTUP_H
#define TBX_STARTUP_H

#include "sandbox.h"

/* Writes the block where the memory has its place; false when the strings do not fit. */
bool tbx_startup_write(struct tbx_sandbox *sandbox, int argc, const char *const *argv,
                       tbx_error *error);

/* The user and group that a program sees, whoever runs the host. */
enum { TBX_GUEST_USER = 1000 };

#endif
