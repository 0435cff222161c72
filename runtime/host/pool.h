/* Pools, as the memory of a sandbox sees them. */
#ifndef TBX_POOL_H
#define TBX_POOL_H

#include "memory.h"

/* Whether all of [start, end) of the window lies in one pool that it shares. */
bool tbx_pools_contain(const struct tbx_memory *memory, uint64_t start, uint64_t end);

/* Makes the pools inaccessible in the window, and leaves them. What the sandbox wrote there stays,
 * under its key. False and errno: it is still in some of them. */
bool tbx_pools_close(struct tbx_memory *memory);

/* Gives up the references to pools, once the window is unmapped. */
void tbx_pools_leave(struct tbx_memory *memory);

#endif
