/*
 * Shared regions. A region is a file in memory: the host has it mapped, and each sandbox that it is
 * given to has it mapped in a zone of its window where nothing else ever is, so that no call of the
 * sandbox can move, release or change the protection of it. Between two regions of a window stands
 * a page that nobody may touch.
 */
#include "region.h"

#include "error.h"
#include "memory_file.h"
#include "sandbox.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MOST_REGIONS = 64 };

static bool make_file(struct tbx_region *region, tbx_error *error) {
    region->file = tbx_memory_file("tme-box-region", region->size, &region->identity);
    if (region->file < 0 ||
        fcntl(region->file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) != 0)
        return tbx_fail_errno(error, "cannot make a region of %llu bytes",
                              (unsigned long long)region->size);
    void *memory = mmap(NULL, region->size, PROT_READ | PROT_WRITE, MAP_SHARED, region->file, 0);
    if (memory == MAP_FAILED)
        return tbx_fail_errno(error, "cannot map a region of %llu bytes",
                              (unsigned long long)region->size);
    region->memory = memory;
    return true;
}

tbx_region *tbx_region_new(size_t size, tbx_error *error) {
    enum { MOST = TBX_REGIONS_END - TBX_REGIONS_START };
    if (size == 0 || size > MOST) {
        tbx_fail(error, "a region has 1 to %u bytes", (unsigned)MOST);
        return NULL;
    }
    struct tbx_region *region = malloc(sizeof *region);
    if (region == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    *region = (struct tbx_region){.file = -1, .size = tbx_page_up(size)};
    atomic_init(&region->references, 1);
    if (make_file(region, error))
        return region;
    tbx_region_release(region);
    return NULL;
}

void tbx_region_release(tbx_region *region) {
    if (region == NULL || atomic_fetch_sub(&region->references, 1) != 1)
        return;
    if (region->memory != NULL)
        munmap(region->memory, region->size);
    if (region->file >= 0)
        close(region->file);
    free(region);
}

void *tbx_region_memory(const tbx_region *region) {
    return region->memory;
}

size_t tbx_region_size(const tbx_region *region) {
    return region->size;
}

const struct tbx_mapped_region *tbx_region_at(const struct tbx_memory *memory, uint32_t start,
                                              uint64_t length) {
    for (uint32_t i = 0; i < memory->region_count; i++) {
        const struct tbx_mapped_region *at = &memory->regions[i];
        if (start >= at->start && start < at->end && length <= at->end - start)
            return at;
    }
    return NULL;
}

uint64_t tbx_regions_size(const struct tbx_memory *memory) {
    uint64_t size = 0;
    for (uint32_t i = 0; i < memory->region_count; i++)
        size += memory->regions[i].end - memory->regions[i].start;
    return size;
}

/* The index that a region of `size` bytes gets in the list, which is in the order of places, and
 * its place; false when there is no room. */
static bool find_room(const struct tbx_memory *memory, uint64_t size, uint32_t *index,
                      uint32_t *start) {
    *start = TBX_REGIONS_START;
    for (*index = 0; *index < memory->region_count; ++*index) {
        const struct tbx_mapped_region *next = &memory->regions[*index];
        if (*start + size + TBX_PAGE_SIZE <= next->start)
            return true;
        *start = next->end + TBX_PAGE_SIZE;
    }
    return *start + size <= TBX_REGIONS_END;
}

static bool insert(struct tbx_memory *memory, struct tbx_mapped_region added, uint32_t index) {
    int protection = PROT_READ | (added.writable ? PROT_WRITE : 0);
    struct tbx_mapped_region *grown =
        realloc(memory->regions, (memory->region_count + 1) * sizeof *grown);
    if (grown == NULL)
        return false;
    memory->regions = grown;
    if (!tbx_window_map(&memory->window, added.start, added.end - added.start, protection,
                        MAP_SHARED, added.region->file, 0))
        return false;
    memmove(grown + index + 1, grown + index, (memory->region_count - index) * sizeof *grown);
    grown[index] = added;
    memory->region_count++;
    atomic_fetch_add(&added.region->references, 1);
    return true;
}

static uint64_t map_region(struct tbx_memory *memory, struct tbx_region *region, bool writable,
                           tbx_error *error) {
    uint32_t index, start;
    if (memory->region_count == MOST_REGIONS || !find_room(memory, region->size, &index, &start)) {
        tbx_fail(error, "the sandbox has no room for one more region");
        return 0;
    }
    const struct tbx_mapped_region added = {.region = region,
                                            .start = start,
                                            .end = (uint32_t)(start + region->size),
                                            .writable = writable};
    struct stat status;
    if (!tbx_memory_file_is(region->file, &region->identity, &status)) {
        tbx_fail(error, "someone has closed the file of the region");
        return 0;
    }
    if (insert(memory, added, index))
        return start;
    tbx_fail_errno(error, "cannot map a region");
    return 0;
}

static bool remove_region(struct tbx_memory *memory, uint32_t index) {
    struct tbx_mapped_region *at = &memory->regions[index];
    if (!tbx_window_cover(&memory->window, at->start, at->end - at->start))
        return false;
    tbx_region_release(at->region);
    memory->region_count--;
    memmove(at, at + 1, (memory->region_count - index) * sizeof *at);
    return true;
}

bool tbx_regions_unmap(struct tbx_memory *memory) {
    while (memory->region_count != 0)
        if (!remove_region(memory, memory->region_count - 1))
            return false;
    tbx_regions_forget(memory);
    return true;
}

void tbx_regions_forget(struct tbx_memory *memory) {
    for (uint32_t i = 0; i < memory->region_count; i++)
        tbx_region_release(memory->regions[i].region);
    free(memory->regions);
    memory->regions = NULL;
    memory->region_count = 0;
}

uint64_t tbx_sandbox_map_region(tbx_sandbox *sandbox, tbx_region *region, bool writable,
                                tbx_error *error) {
    bool nested;
    if (!tbx_sandbox_enter(sandbox, &nested)) {
        tbx_fail(error, "another thread is inside the sandbox");
        return 0;
    }
    uint64_t start = map_region(&sandbox->memory, region, writable, error);
    tbx_sandbox_leave(sandbox, nested);
    return start;
}

static bool unmap_region(struct tbx_memory *memory, uint32_t start, tbx_error *error) {
    for (uint32_t i = 0; i < memory->region_count; i++)
        if (memory->regions[i].start == start)
            return remove_region(memory, i) || tbx_fail_errno(error, "cannot unmap a region");
    return tbx_fail(error, "no region starts at offset 0x%x", start);
}

bool tbx_sandbox_unmap_region(tbx_sandbox *sandbox, uint64_t pointer, tbx_error *error) {
    bool nested;
    if (!tbx_sandbox_enter(sandbox, &nested))
        return tbx_fail(error, "another thread is inside the sandbox");
    bool done = unmap_region(&sandbox->memory, (uint32_t)pointer, error);
    tbx_sandbox_leave(sandbox, nested);
    return done;
}
