/*
 * Memory of one piece, for processes with thousands of sandboxes: data stack, constants, data and
 * heap in one mapping of a file, and the rest of the window below it reserved. That is two kernel
 * mappings a sandbox, of the 65530 that a process has by default, and, as the piece begins below
 * the constants, page tables of 8 KiB for a sandbox that uses little.
 *
 * The file is the memory of a sandbox that has been started; each copy maps it privately, so it
 * costs what it changes. The window from the file's end to its last page is mapped too and faults
 * with SIGBUS: the file's size is the sandbox's quota. Nothing is ever unmapped or protected
 * inside: memory that a sandbox gives back stays accessible, emptied, and its constants are
 * writable to it alone (the code has its own, in the code window).
 */
#include "error.h"
#include "memory.h"
#include "pool.h"
#include "region.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { STARTUP_SIZE = 0x4000, LEAST_BREAK_ROOM = 0x10000, MOST_BREAK_ROOM = 0x40000 };

static uint32_t page_of(uint64_t offset) {
    return (uint32_t)(offset / TBX_PAGE_SIZE);
}

/* The heap is small in brk, and the rest is mmap's, which follows at once: so most of what a small
 * sandbox uses is within the 2 MiB of one page table. */
static void place_heap(struct tbx_memory *memory, uint32_t start, uint64_t heap_limit) {
    uint64_t room = tbx_page_up(heap_limit / 4);
    room = room < LEAST_BREAK_ROOM ? LEAST_BREAK_ROOM : room;
    room = room > MOST_BREAK_ROOM ? MOST_BREAK_ROOM : room;
    room = room > heap_limit ? heap_limit : room;
    memory->fixed_end = memory->break_start = memory->break_end = start;
    memory->mmap_start = start + (uint32_t)room;
    memory->mmap_end = start + (uint32_t)heap_limit;
    memory->template_end = memory->mmap_end;
    uint32_t first = page_of(start) & ~63u;
    memory->owned = (struct tbx_page_set){.first = first, .end = first};
}

static bool place(struct tbx_memory *memory, const struct tbx_elf_image *image, uint64_t stack_size,
                  uint64_t heap_limit, tbx_error *error) {
    const struct tbx_segment *constants = &image->read_only;
    uint64_t data_end = tbx_page_up((uint64_t)image->data.offset + image->data.memory_size);
    uint64_t below = (uint64_t)constants->offset - TBX_NULL_GUARD_END;
    if (stack_size + STARTUP_SIZE > below)
        return tbx_fail(error, "a stack of %llu bytes does not fit below the image",
                        (unsigned long long)stack_size);
    if (heap_limit > TBX_MMAP_LIMIT - data_end)
        return tbx_fail(error, "a heap of %llu bytes does not fit behind the image",
                        (unsigned long long)heap_limit);
    *memory = (struct tbx_memory){.compact = true, .heap_limit = heap_limit};
    memory->startup_end = memory->read_only_start = constants->offset;
    memory->startup_start = memory->startup_end - STARTUP_SIZE;
    memory->stack_start = (uint32_t)(memory->startup_start - stack_size);
    memory->read_only_end =
        (uint32_t)(constants->offset + tbx_page_up((uint64_t)constants->memory_size));
    place_heap(memory, (uint32_t)data_end, heap_limit);
    return true;
}

/* Bytes of the piece. */
static uint64_t size_of(const struct tbx_memory *memory) {
    return memory->mmap_end - memory->stack_start;
}

/* The file itself, in a window without a key of its own: nothing of any sandbox is in it yet. */
static bool map_template(struct tbx_memory *memory, int file, tbx_error *error) {
    if (!tbx_window_reserve(&memory->window, &tbx_plain, error))
        return false;
    return tbx_window_map(&memory->window, memory->stack_start, size_of(memory),
                          PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, file, 0) ||
           tbx_fail_errno(error, "cannot map the memory of a template");
}

static bool check_file(const struct tbx_memory *origin, int file, tbx_error *error) {
    struct stat status;
    return tbx_memory_file_is(file, &origin->file, &status) ||
           tbx_fail(error, "someone has closed the file of the template");
}

static bool fill(struct tbx_memory *memory, int file, tbx_error *error) {
    const struct tbx_backend_operations *backend = tbx_backend_of_sandboxes();
    if (!tbx_window_reserve(&memory->window, backend, error))
        return false;
    return backend->fill(&memory->window, memory->stack_start, size_of(memory), file) ||
           tbx_fail_errno(error, "cannot map the memory of a sandbox");
}

bool tbx_memory_init_template(struct tbx_memory *memory, const struct tbx_elf_image *image,
                              uint64_t stack_size, uint64_t heap_limit, int *file,
                              tbx_error *error) {
    if (!place(memory, image, stack_size, heap_limit, error))
        return false;
    *file = tbx_memory_file("tme-box", size_of(memory), &memory->file);
    if (*file < 0)
        return tbx_fail_errno(error, "cannot make the memory of a template");
    if (!map_template(memory, *file, error))
        return false;
    tbx_memory_copy_segment(memory, image, &image->read_only);
    tbx_memory_copy_segment(memory, image, &image->data);
    return true;
}

bool tbx_memory_seal(struct tbx_memory *memory, int file, tbx_error *error) {
    tbx_window_release(&memory->window);
    tbx_regions_forget(memory); /* functions of the host may have mapped some for a constructor */
    uint64_t used = (uint64_t)memory->owned.end * TBX_PAGE_SIZE;
    if (used < memory->template_end)
        memory->template_end = used > memory->fixed_end ? (uint32_t)used : memory->fixed_end;
    return fcntl(file, F_ADD_SEALS, F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW) == 0 ||
           tbx_fail_errno(error, "cannot seal the memory of a template");
}

static void drop(const struct tbx_memory *origin, int file, uint32_t start, uint32_t end) {
    if (start < end)
        fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  (off_t)(start - origin->stack_start), (off_t)(end - start));
}

/*
 * Where a copy writes to a page of its own the kernel makes one of the file as well, unless there
 * is one: of zeros behind the template's end, and for the data stack, which is empty. They serve
 * all copies, but nobody was granted them, and they stay. Copies have no other mapping of them than
 * a private one, so they see zeros again, and what they have written. (A seal against writing is
 * one against this, too.)
 */
void tbx_memory_trim(const struct tbx_memory *origin, int file) {
    enum { MOST_KEPT = 16 << 20, BLOCK = 512 };
    struct stat status;
    uint64_t needed = origin->template_end - origin->startup_start;
    if (!tbx_memory_file_is(file, &origin->file, &status) ||
        (uint64_t)status.st_blocks * BLOCK <= needed + MOST_KEPT)
        return;
    drop(origin, file, origin->stack_start, origin->startup_start);
    drop(origin, file, origin->template_end, origin->mmap_end);
}

/* Takes over everything of `origin` but the window and a set of its own. */
static bool copy_state(struct tbx_memory *memory, const struct tbx_memory *origin,
                       tbx_error *error) {
    size_t size = (origin->owned.end - origin->owned.first) / 8;
    uint64_t *words = realloc(memory->owned.words, size == 0 ? 8 : size);
    if (words == NULL)
        return tbx_fail(error, "out of memory");
    struct tbx_window window = memory->window;
    if (size != 0)
        memcpy(words, origin->owned.words, size);
    *memory = *origin;
    memory->window = window;
    memory->owned.words = words;
    return true;
}

bool tbx_memory_copy(struct tbx_memory *memory, const struct tbx_memory *origin, int file,
                     tbx_error *error) {
    *memory = (struct tbx_memory){.compact = true};
    return check_file(origin, file, error) && copy_state(memory, origin, error) &&
           fill(memory, file, error);
}

/* What a sandbox wrote to pools, on lines of its own or not, is there for its key: the next one in
 * the window gets another. */
static bool empty(const struct tbx_memory *memory, int file) {
    const struct tbx_window *window = &memory->window;
    const struct tbx_backend_operations *backend = window->backend;
    if (!memory->has_used_pools)
        return backend->refill(window, memory->stack_start, size_of(memory), file);
    return backend->renew(window) &&
           backend->fill(window, memory->stack_start, size_of(memory), file);
}

bool tbx_memory_reset(struct tbx_memory *memory, const struct tbx_memory *origin, int file,
                      tbx_error *error) {
    if (!check_file(origin, file, error))
        return false;
    if (!tbx_regions_unmap(memory))
        return tbx_fail_errno(error, "cannot unmap the regions of a sandbox");
    if (!tbx_pools_close(memory))
        return tbx_fail_errno(error, "cannot take a sandbox out of its pools");
    if (!empty(memory, file))
        return tbx_fail_errno(error, "cannot empty the memory of a sandbox");
    return copy_state(memory, origin, error);
}

bool tbx_memory_clear(const struct tbx_memory *memory, uint32_t start, uint32_t end) {
    uint32_t kept = end < memory->template_end ? end : memory->template_end;
    if (start < kept) {
        memset(memory->window.base + start, 0, kept - start);
        start = kept;
    }
    return start >= end || tbx_window_empty(&memory->window, start, end - start);
}
