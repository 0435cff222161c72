/* Pools, as the memory of a sandbox sees them. */
#ifndef TBX_POOL_H
#define TBX_POOL_H

#include "memory.h"

/* Whether all of [start, end) of the window lies in one pool that it shares. */
bool tbx_pools_contain(const struct tbx_memory *memory, uint64_t start, uint64_t end);

/* Makes the pools inaccessible in the window, and leaves them. What the sandbox of this `identity`
 * has in them is overwritten: the next one in the window has the same key. */
bool tbx_pools_close(struct tbx_memory *memory, uint64_t identity);

/* Gives up the references to pools, once the window is unmapped. */
void tbx_pools_leave(struct tbx_memory *memory);

#endif
