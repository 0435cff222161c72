/*
 * brk, mmap, munmap, mremap. Pages that the sandbox gives back are emptied and made inaccessible,
 * so the window never has a hole, and every page that it gets is zero.
 *
 * A kernel mapping is spent on each stretch of accessible pages, and a process has few (65530 by
 * default). A sandbox that maps and unmaps so that more than MAX_RUNS would be needed keeps the
 * pages that it released within a stretch accessible, emptied: it reads zeros there instead of
 * faulting, and the host keeps its mappings. As it can write to them, they stay in the books until
 * they are closed. One that maps in places of its choice gets ENOMEM for the next stretch.
 */
#include "memory.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { MAX_RUNS = 1024 };

static uint32_t page_of(uint64_t offset) {
    return (uint32_t)(offset / TBX_PAGE_SIZE);
}

/* Lets a set that grows hold pages up to `end`. */
static bool reserve_pages(struct tbx_page_set *set, uint32_t end) {
    uint32_t before = (set->end - set->first) / 64, after = (end - set->first + 63) / 64;
    if (end <= set->end)
        return true;
    uint64_t *grown = realloc(set->words, after * sizeof *grown);
    if (grown == NULL)
        return false;
    memset(grown + before, 0, (after - before) * sizeof *grown);
    set->words = grown;
    set->end = set->first + after * 64;
    return true;
}

/* Takes pages that become accessible into the books; false when the quota is used up. */
static bool charge(struct tbx_memory *memory, uint32_t pages) {
    uint64_t bytes = (uint64_t)pages * TBX_PAGE_SIZE;
    if (bytes > memory->heap_limit - memory->heap_used)
        return false;
    memory->heap_used += bytes;
    return true;
}

static void discharge(struct tbx_memory *memory, uint32_t pages) {
    memory->heap_used -= (uint64_t)pages * TBX_PAGE_SIZE;
}

/* Lets the kernel open pages, some of which may be open. False: it refused, or they would be a
 * stretch of their own and one too many. */
static bool open_stretch(struct tbx_memory *memory, uint32_t first, uint32_t last) {
    uint32_t start = first * TBX_PAGE_SIZE, size = (last - first) * TBX_PAGE_SIZE;
    bool joins = tbx_pages_has(&memory->opened, first - 1);
    uint32_t before = tbx_pages_runs(&memory->opened, first, last + 1);
    uint32_t runs = memory->runs - before + (joins ? 0 : 1);
    if (runs > MAX_RUNS && runs > memory->runs)
        return false;
    if (!tbx_window_protect(&memory->window, start, size, PROT_READ | PROT_WRITE))
        return false;
    tbx_pages_add(&memory->opened, first, last);
    memory->runs = runs;
    return true;
}

/* Gives the sandbox pages that it does not have. Those that close_pages left open were emptied
 * then. False: it has no quota for them, or they cannot be opened. */
static bool open_pages(struct tbx_memory *memory, uint32_t start, uint32_t end) {
    uint32_t first = page_of(start), last = page_of(end);
    uint32_t closed = last - first;
    if (!memory->compact)
        closed -= tbx_pages_count(&memory->opened, first, last);
    if (!charge(memory, closed))
        return false;
    if (memory->compact ? !reserve_pages(&memory->owned, last)
                        : closed != 0 && !open_stretch(memory, first, last)) {
        discharge(memory, closed);
        return false;
    }
    tbx_pages_add(&memory->owned, first, last);
    return true;
}

static bool empty_pages(const struct tbx_memory *memory, uint32_t start, uint32_t end) {
    if (memory->compact)
        return tbx_memory_clear(memory, start, end);
    return tbx_window_empty(&memory->window, start, end - start);
}

/* Pages from `first` on are free now, and maybe some before them, too few for what a search looked
 * for. */
static void search_again(struct tbx_memory *memory, uint32_t first) {
    for (int i = 0; i < TBX_SEARCHES; i++) {
        struct tbx_search *search = &memory->searches[i];
        uint32_t lowest = first > search->count ? first - search->count : 0;
        if (search->below > lowest)
            search->below = lowest;
    }
}

static bool is_left_open(const struct tbx_memory *memory, uint32_t page) {
    return tbx_pages_has(&memory->opened, page) && !tbx_pages_has(&memory->owned, page);
}

/* Closes pages that the sandbox has, and those beside them that were left open before. False: the
 * kernel refused. */
static bool close_stretch(struct tbx_memory *memory, uint32_t first, uint32_t last, bool *splits) {
    while (is_left_open(memory, first - 1))
        first--;
    while (is_left_open(memory, last))
        last++;
    *splits = tbx_pages_has(&memory->opened, first - 1) && tbx_pages_has(&memory->opened, last);
    if (*splits && memory->runs >= MAX_RUNS)
        return true;
    *splits = false;
    if (!tbx_window_close(&memory->window, first * TBX_PAGE_SIZE, (last - first) * TBX_PAGE_SIZE))
        return false;
    uint32_t before = tbx_pages_runs(&memory->opened, first, last + 1);
    tbx_pages_remove(&memory->opened, first, last);
    memory->runs += tbx_pages_runs(&memory->opened, first, last + 1) - before;
    discharge(memory, last - first);
    return true;
}

/* Takes pages from the sandbox, all of which it has. False: the kernel refused, and they are still
 * the sandbox's. */
static bool close_pages(struct tbx_memory *memory, uint32_t start, uint32_t end) {
    uint32_t first = page_of(start), last = page_of(end);
    bool stays_open = memory->compact;
    if (!memory->compact && !close_stretch(memory, first, last, &stays_open))
        return false;
    if (stays_open && !empty_pages(memory, start, end))
        return false;
    if (memory->compact) /* its file has no more than the quota */
        discharge(memory, last - first);
    tbx_pages_remove(&memory->owned, first, last);
    search_again(memory, first);
    return true;
}

uint32_t tbx_memory_break(struct tbx_memory *memory, uint64_t end) {
    if (end < memory->break_start || end > memory->mmap_start)
        return memory->break_end;
    uint32_t old_end = (uint32_t)tbx_page_up(memory->break_end),
             new_end = (uint32_t)tbx_page_up(end);
    if (new_end > old_end) {
        if (!open_pages(memory, old_end, new_end))
            return memory->break_end;
    } else if (new_end < old_end && !close_pages(memory, new_end, old_end)) {
        return memory->break_end;
    }
    return memory->break_end = (uint32_t)end;
}

static bool in_mmap_area(const struct tbx_memory *memory, uint64_t start, uint64_t length) {
    return start % TBX_PAGE_SIZE == 0 && start >= memory->mmap_start && start < memory->mmap_end &&
           length <= memory->mmap_end - start;
}

/* The lowest `count` (not 0) free pages, behind where earlier searches for no more have shown that
 * there are none. */
static uint32_t find_pages(struct tbx_memory *memory, uint32_t count) {
    uint32_t first = page_of(memory->mmap_start);
    int last = 31 - __builtin_clz(count);
    for (int i = 0; i <= last; i++)
        if (memory->searches[i].count <= count && memory->searches[i].below > first)
            first = memory->searches[i].below;
    uint32_t found = tbx_pages_find_free(&memory->owned, first, page_of(memory->mmap_end), count);
    memory->searches[last] = (struct tbx_search){.count = count, .below = found};
    return found;
}

/* A place for `size` bytes; memory->mmap_end when there is none. */
static uint32_t find_place(struct tbx_memory *memory, uint64_t hint, uint64_t size) {
    if (in_mmap_area(memory, hint, size) &&
        tbx_pages_next(&memory->owned, page_of(hint), page_of(hint + size), true) ==
            page_of(hint + size))
        return (uint32_t)hint;
    return TBX_PAGE_SIZE * find_pages(memory, page_of(size));
}

/* 0 for a length that no mapping can have. */
static uint64_t mapping_size(uint64_t length) {
    return length > TBX_WINDOW_SIZE ? 0 : tbx_page_up(length);
}

long tbx_memory_map(struct tbx_memory *memory, uint64_t hint, uint64_t length, bool fixed) {
    uint64_t size = mapping_size(length);
    if (size == 0 || (fixed && !in_mmap_area(memory, hint, size)))
        return length > TBX_WINDOW_SIZE ? -ENOMEM : -EINVAL;
    if (fixed && tbx_memory_unmap(memory, hint, size) != 0)
        return -ENOMEM;
    uint32_t start = fixed ? (uint32_t)hint : find_place(memory, hint, size);
    if (start >= memory->mmap_end || !open_pages(memory, start, (uint32_t)(start + size)))
        return -ENOMEM;
    return start;
}

long tbx_memory_unmap(struct tbx_memory *memory, uint64_t start, uint64_t length) {
    uint64_t size = mapping_size(length);
    if (size == 0 || !in_mmap_area(memory, start, size))
        return -EINVAL;
    uint32_t end = (uint32_t)(start + size);
    for (uint32_t at = (uint32_t)start; at < end;) {
        uint32_t run =
            TBX_PAGE_SIZE * tbx_pages_next(&memory->owned, page_of(at), page_of(end), true);
        uint32_t stop =
            TBX_PAGE_SIZE * tbx_pages_next(&memory->owned, page_of(run), page_of(end), false);
        if (run < stop && !close_pages(memory, run, stop))
            return -ENOMEM;
        at = stop;
    }
    return 0;
}

/* Whether the mapping [start, start + old_size) could grow to new_size where it is. */
static bool room_behind(const struct tbx_memory *memory, uint64_t start, uint64_t old_size,
                        uint64_t new_size) {
    return in_mmap_area(memory, start, new_size) &&
           tbx_pages_next(&memory->owned, page_of(start + old_size), page_of(start + new_size),
                          true) == page_of(start + new_size);
}

/*
 * By copying: pages that the kernel moves by its page tables never join fresh ones beside them, and
 * a sandbox that replaced them one by one would have two kernel mappings for each, uncounted.
 */
static long move_mapping(struct tbx_memory *memory, uint32_t start, uint64_t old_size,
                         uint64_t new_size) {
    long moved = tbx_memory_map(memory, 0, new_size, false);
    if (moved < 0)
        return moved;
    memcpy(memory->window.base + moved, memory->window.base + start, old_size);
    tbx_memory_unmap(memory, start, old_size);
    return moved;
}

long tbx_memory_remap(struct tbx_memory *memory, uint64_t start, uint64_t old_length,
                      uint64_t new_length, bool may_move) {
    uint64_t old_size = mapping_size(old_length), new_size = mapping_size(new_length);
    if (old_size == 0 || new_size == 0 || !in_mmap_area(memory, start, old_size))
        return -EINVAL;
    if (!tbx_memory_owns(memory, start, old_size))
        return -EFAULT;
    if (new_size < old_size) {
        long result = tbx_memory_unmap(memory, start + new_size, old_size - new_size);
        return result < 0 ? result : (long)start;
    }
    if (new_size == old_size)
        return (long)start;
    if (room_behind(memory, start, old_size, new_size)) {
        long grown = tbx_memory_map(memory, start + old_size, new_size - old_size, true);
        return grown < 0 ? grown : (long)start;
    }
    return may_move ? move_mapping(memory, (uint32_t)start, old_size, new_size) : -ENOMEM;
}

long tbx_memory_forget(struct tbx_memory *memory, uint64_t start, uint64_t length) {
    uint64_t size = mapping_size(length);
    bool heap = start >= memory->break_start && start + size <= tbx_page_up(memory->break_end);
    if (start % TBX_PAGE_SIZE != 0 || (!heap && !in_mmap_area(memory, start, size)))
        return -EINVAL;
    if (!tbx_memory_owns(memory, start, size))
        return -ENOMEM;
    return size == 0 || empty_pages(memory, (uint32_t)start, (uint32_t)(start + size)) ? 0
                                                                                       : -ENOMEM;
}
