/* The library of hand-written code (guests/library.s), for tests that call it. A check that fails
 * ends the test. */
#ifndef SMALL_LIBRARY_H
#define SMALL_LIBRARY_H

#include "tmebox.h"

enum { HEAP = 1 << 20, STACK = 64 << 10 };

/* The value of an environment variable that names a file. */
const char *path_in(const char *variable, const char *otherwise);

/* No verifier has seen what is written by hand. */
tbx_image *open_image(const char *path, tbx_error *error);

/* What the two functions do that the library imports; null: they return -1. */
extern tbx_host_function *first_import, *second_import;
tbx_host_function run_second; /* what calls the latter */

/* What the library gets when it imports `function` as the first of them and calls it with two
 * integers. */
uint64_t call_import(tbx_sandbox *sandbox, tbx_host_function *function, uint64_t a, uint64_t b);

/* A config with the imports and small limits; the caller's. */
tbx_config *small_config(void);

/* The template of the test; open_template frees the config. */
extern tbx_template *template;
void open_template(tbx_config *config);
tbx_sandbox *new_copy(void);
void reset(tbx_sandbox *sandbox);

/* Frees the sandbox and releases the template. */
void close_all(tbx_sandbox *sandbox);

/* How the last call of this thread ended, and that in words. */
extern _Thread_local tbx_outcome outcome;
const char *description(tbx_sandbox *sandbox);

/* Calls with up to three integers. */
uint64_t call3(tbx_sandbox *sandbox, const char *name, uint64_t a, uint64_t b, uint64_t c);

#define CALL0(sandbox, name) call3(sandbox, name, 0, 0, 0)
#define CALL1(sandbox, name, a) call3(sandbox, name, a, 0, 0)
#define CALL2(sandbox, name, a, b) call3(sandbox, name, a, b, 0)

#endif
