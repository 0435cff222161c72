/* A pool of lines under the emulated backend, for tests of what keys keep apart in it; sandboxes
 * are those of small_library.h. A check that fails ends the test. */
#ifndef SMALL_POOL_H
#define SMALL_POOL_H

#include "small_library.h"

/* The pool of the test. */
extern tbx_pool *pool;

/* The backend, the library and a pool of `bytes`. */
void open_pool(const tbx_backend_options *options, uint64_t bytes);

/* Frees the pool and releases the template. */
void close_pool(void);

/* An object of `size` bytes in the pool. */
uint64_t new_object(tbx_sandbox *owner, size_t size);

#endif
