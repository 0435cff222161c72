/* A sandbox of a small image, whose host calls a test makes itself, in the place of sandboxed code.
 */
#ifndef SMALL_SANDBOX_H
#define SMALL_SANDBOX_H

#include "sandbox.h"
#include "small_image.h"

/* Memory that the sandbox has: the data segment. Behind it, at the heap's start, it has none. */
enum { GUEST = SMALL_DATA, GUEST_END = SMALL_DATA + SMALL_DATA_SIZE };

/* Makes the sandbox of this test; the config is freed. Grants everything that `config` says. */
void sandbox_open(tbx_config *config);
void sandbox_close(void);

/* Makes the host call with up to six arguments. */
long host_call(uint64_t number, ...);
#define CALL(...) host_call(__VA_ARGS__, 0ull, 0ull, 0ull, 0ull, 0ull, 0ull)

/* The sandbox's memory at an offset. */
unsigned char *guest(uint64_t offset);

/* Puts a string at an offset and returns the offset. */
uint64_t put(uint64_t offset, const char *text);

#endif
