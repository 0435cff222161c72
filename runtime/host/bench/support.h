/* What the benchmarks have in common. */
#ifndef BENCH_SUPPORT_H
#define BENCH_SUPPORT_H

#include "tmebox.h"

#include <time.h>

/* Nanoseconds of a clock. */
double now(clockid_t clock);

_Noreturn void fail(const char *what);

/* Sorts the values. */
double median(double *values, int count);

/* The image that the command line names: written by hand, so no verifier has seen it. */
tbx_image *open_image(int argc, char **argv);

tbx_template *make_template(tbx_image *image, bool keeps_registers);
tbx_sandbox *copy_of(tbx_template *from);

/* Calls a function with one argument; it must return. Here, so that it is part of its caller. */
static inline void call(tbx_sandbox *sandbox, tbx_function function, uint64_t argument) {
    const tbx_arguments arguments = {.integers = {argument}};
    tbx_outcome outcome;
    if (!tbx_sandbox_call(sandbox, function, &arguments, NULL, &outcome))
        fail("a call did not return");
}

#endif
