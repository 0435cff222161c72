#include "memory.h"

#include "error.h"
#include "pool.h"
#include "region.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MMAP_START = 0x40000000, BREAK_ROOM = 0x10000000 };

static uint32_t page_of(uint64_t offset) {
    return (uint32_t)(offset / TBX_PAGE_SIZE);
}

/* Opens whole pages from the start on; only before the sandbox runs. */
static bool open_fixed(struct tbx_memory *memory, uint32_t start, uint64_t size, tbx_error *error) {
    size = tbx_page_up(size);
    if (!tbx_window_protect(&memory->window, start, size, PROT_READ | PROT_WRITE))
        return tbx_fail_errno(error, "cannot open %llu bytes of the window",
                              (unsigned long long)size);
    tbx_pages_add(&memory->owned, page_of(start), page_of(start + size));
    tbx_pages_add(&memory->opened, page_of(start), page_of(start + size));
    return true;
}

void tbx_memory_copy_segment(const struct tbx_memory *memory, const struct tbx_elf_image *image,
                             const struct tbx_segment *segment) {
    if (segment->file_size != 0)
        memcpy(memory->window.base + segment->offset, image->bytes + segment->file_offset,
               segment->file_size);
}

static bool open_segment(struct tbx_memory *memory, const struct tbx_elf_image *image,
                         const struct tbx_segment *segment, tbx_error *error) {
    if (segment->memory_size == 0)
        return true;
    if (!open_fixed(memory, segment->offset, segment->memory_size, error))
        return false;
    tbx_memory_copy_segment(memory, image, segment);
    return true;
}

static bool open_image(struct tbx_memory *memory, const struct tbx_elf_image *image,
                       tbx_error *error) {
    const struct tbx_segment *constants = &image->read_only;
    if (!open_segment(memory, image, constants, error) ||
        !open_segment(memory, image, &image->data, error))
        return false;
    uint64_t size = tbx_page_up(constants->memory_size);
    memory->read_only_start = constants->offset;
    memory->read_only_end = (uint32_t)(constants->offset + size);
    return tbx_window_protect(&memory->window, constants->offset, size, PROT_READ) ||
           tbx_fail_errno(error, "cannot protect the constants");
}

static void place_heap(struct tbx_memory *memory, const struct tbx_elf_image *image) {
    uint64_t end = tbx_page_up((uint64_t)image->data.offset + image->data.memory_size);
    memory->break_start = memory->break_end = (uint32_t)end;
    memory->mmap_start = end + BREAK_ROOM > MMAP_START ? (uint32_t)end + BREAK_ROOM : MMAP_START;
    memory->mmap_end = TBX_MMAP_LIMIT;
    memory->startup_start = TBX_STARTUP_START;
    memory->startup_end = TBX_IMAGE_BASE;
}

enum { SET_SIZE = TBX_WINDOW_PAGES / 8 };

/* Mapped, not allocated: of the 256 KiB only the few pages that are used get memory. */
static bool make_page_sets(struct tbx_memory *memory) {
    void *sets =
        mmap(NULL, 2 * SET_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (sets == MAP_FAILED)
        return false;
    memory->owned = (struct tbx_page_set){.words = sets, .end = TBX_WINDOW_PAGES};
    memory->opened =
        (struct tbx_page_set){.words = memory->owned.words + SET_SIZE / 8, .end = TBX_WINDOW_PAGES};
    return true;
}

/*
 * Lets the kernel join whatever pages of the window are beside each other. It joins private pages
 * only if they belong together since they were first written to; so one is written to while the
 * window is in one piece, and all come from that. Otherwise pages that a sandbox asks for one by
 * one would be a kernel mapping each for good.
 */
static bool make_one_piece(const struct tbx_window *window, uint32_t page, tbx_error *error) {
    if (window->backend->protect != NULL) /* then pages are mapped in another way */
        return true;
    if (!tbx_window_protect(window, page, TBX_PAGE_SIZE, PROT_READ | PROT_WRITE))
        return tbx_fail_errno(error, "cannot open a page of the window");
    *(volatile unsigned char *)(window->base + page) = 0;
    return tbx_window_close(window, page, TBX_PAGE_SIZE) ||
           tbx_fail_errno(error, "cannot close a page of the window");
}

bool tbx_memory_init(struct tbx_memory *memory, const struct tbx_elf_image *image,
                     uint64_t stack_size, uint64_t heap_limit, tbx_error *error) {
    *memory = (struct tbx_memory){.heap_limit = heap_limit};
    if (!make_page_sets(memory))
        return tbx_fail(error, "out of memory");
    memory->stack_start = (uint32_t)(TBX_STARTUP_START - stack_size);
    place_heap(memory, image);
    return tbx_window_reserve(&memory->window, tbx_backend_of_sandboxes(), error) &&
           make_one_piece(&memory->window, memory->stack_start, error) &&
           open_fixed(memory, memory->stack_start, TBX_IMAGE_BASE - memory->stack_start, error) &&
           open_image(memory, image, error);
}

void tbx_memory_free(struct tbx_memory *memory) {
    tbx_window_release(&memory->window);
    tbx_regions_forget(memory);
    tbx_pools_leave(memory);
    if (memory->compact)
        free(memory->owned.words);
    else if (memory->owned.words != NULL)
        munmap(memory->owned.words, 2 * SET_SIZE);
    *memory = (struct tbx_memory){0};
}

/* Whether [start, start + length) lies in the window; an empty range always does. */
static bool in_window(uint64_t start, uint64_t length) {
    return start <= TBX_WINDOW_SIZE && length <= TBX_WINDOW_SIZE - start;
}

bool tbx_memory_owns(const struct tbx_memory *memory, uint64_t start, uint64_t length) {
    if (!in_window(start, length))
        return false;
    uint64_t end = start + length;
    if (start >= TBX_POOLS_START && memory->pools[0] != NULL && length != 0)
        return tbx_pools_contain(memory, start, end);
    if (memory->compact && start >= memory->stack_start && start < memory->fixed_end)
        start = end < memory->fixed_end ? end : memory->fixed_end;
    return start == end || tbx_pages_contain(&memory->owned, page_of(start), page_of(end - 1) + 1);
}

/* Whether a region may be at the offset, and nothing else. */
static bool in_regions(uint32_t offset) {
    return offset >= TBX_REGIONS_START && offset < TBX_REGIONS_END;
}

void *tbx_readable(const struct tbx_memory *memory, uint64_t pointer, uint64_t length) {
    const struct tbx_window *window = &memory->window;
    uint32_t offset = (uint32_t)pointer;
    if (in_regions(offset))
        return tbx_region_at(memory, offset, length) == NULL ? NULL : window->base + offset;
    if (!tbx_memory_owns(memory, offset, length) ||
        (window->backend->show != NULL && !window->backend->show(window, offset, length)))
        return NULL;
    return window->base + offset;
}

void *tbx_writable(const struct tbx_memory *memory, uint64_t pointer, uint64_t length) {
    uint32_t offset = (uint32_t)pointer;
    if (in_regions(offset)) {
        const struct tbx_mapped_region *region = tbx_region_at(memory, offset, length);
        return region == NULL || !region->writable ? NULL : memory->window.base + offset;
    }
    bool constant = offset < memory->read_only_end && offset + length > memory->read_only_start;
    return constant && length != 0 ? NULL : tbx_readable(memory, pointer, length);
}

long tbx_copy_in(const struct tbx_memory *memory, void *to, uint64_t pointer, size_t length) {
    const void *from = tbx_readable(memory, pointer, length);
    if (from == NULL)
        return -EFAULT;
    memcpy(to, from, length);
    return 0;
}

long tbx_copy_out(const struct tbx_memory *memory, uint64_t pointer, const void *from,
                  size_t length) {
    void *to = tbx_writable(memory, pointer, length);
    if (to == NULL)
        return -EFAULT;
    memcpy(to, from, length);
    return 0;
}

long tbx_copy_string_in(const struct tbx_memory *memory, char *to, size_t size, uint64_t pointer) {
    size_t length = 0;
    while (length < size) {
        uint32_t offset = (uint32_t)(pointer + length);
        size_t step = TBX_PAGE_SIZE - offset % TBX_PAGE_SIZE;
        if (step > size - length)
            step = size - length;
        if (tbx_copy_in(memory, to + length, offset, step) != 0)
            return -EFAULT;
        const char *end = memchr(to + length, '\0', step);
        if (end != NULL)
            return end - to;
        length += step;
    }
    return -ENAMETOOLONG;
}
