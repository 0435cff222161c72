/* Regions: memory of the host that sandboxes share, and where it stands in a window. */
#ifndef TBX_REGION_H
#define TBX_REGION_H

#include "memory.h"

#include <stdatomic.h>

struct tbx_region {
    atomic_uint references; /* the host's, and one for each mapping */
    int file;               /* sealed: it never shrinks under a mapping */
    struct tbx_file_identity identity;
    unsigned char *memory; /* the host's mapping */
    uint64_t size;         /* whole pages */
};

/* A region in a window, [start, end). */
struct tbx_mapped_region {
    struct tbx_region *region;
    uint32_t start, end;
    bool writable;
};

/* The mapped region that has all of the range, which is hostile; null: none. */
const struct tbx_mapped_region *tbx_region_at(const struct tbx_memory *memory, uint32_t start,
                                              uint64_t length);

/* Bytes of all of them together. */
uint64_t tbx_regions_size(const struct tbx_memory *memory);

/* Takes all regions out of the window. False: the kernel refused, errno is set, and those that are
 * left are still mapped. */
bool tbx_regions_unmap(struct tbx_memory *memory);

/* Gives up the references of a window that is gone. */
void tbx_regions_forget(struct tbx_memory *memory);

#endif
