/*
 * The device backend: pages of the kernel module, mapped with the KeyID that the processor encrypts
 * them by. The file that the module gives is as large as the process's addresses, and a page of a
 * window lies in it where the window is, so whatever happens to mappings, contents stay where they
 * belong: to open pages is to map the file over them, to close them is to map the reserved
 * addresses over the file.
 *
 * The kernel never joins mappings of a device. A sandbox that opens its memory page by page would
 * use up the mappings of the host; so a window that may have many maps its open stretches anew, one
 * mapping each. Only a sandbox that opens memory piece by piece has such (memory_map.c); their
 * stretches are limited there.
 */
#include "backend.h"

#include "device_keys.h"
#include "device_pages.h"
#include "layout.h"
#include "page_set.h"
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { MORE_MAPPINGS = 256 };

/* What is open of a window that opens pages piece by piece; by key of its addresses, and used by
 * one thread at a time, as the window is. */
static struct opened {
    struct tbx_page_set writable; /* pages that are mapped for reading and writing */
    uint32_t mappings;            /* no more than these */
    uint32_t limit;               /* when there may be more, they are made anew */
} opened_of[TBX_LAST_KEY + 1];

static bool start(const tbx_backend_options *options, tbx_error *error) {
    (void)options;
    return tbx_device_open(error);
}

static bool attach(const struct tbx_window *window) {
    return tbx_device_key_attach(window->key);
}

/* Opens what is open already, each stretch in one mapping. One that the kernel refuses stays as it
 * was. */
static void join_mappings(const struct tbx_window *window, struct opened *opened) {
    const struct tbx_page_set *pages = &opened->writable;
    uint32_t stretches = 0, last = 0;
    for (;;) {
        uint32_t first = tbx_pages_next(pages, last, pages->end, true);
        last = tbx_pages_next(pages, first, pages->end, false);
        if (first == last)
            break;
        uint32_t offset = first * TBX_PAGE_SIZE;
        tbx_device_map(window, offset, (uint64_t)(last - first) * TBX_PAGE_SIZE,
                       tbx_device_memory(window, offset), PROT_READ | PROT_WRITE);
        stretches++;
    }
    opened->mappings = stretches;
    opened->limit = 2 * stretches + MORE_MAPPINGS;
}

/* Makes the window one that opens pages piece by piece. Null: there is no memory. */
static struct opened *opened_in(const struct tbx_window *window) {
    struct opened *opened = &opened_of[window->key];
    if (opened->writable.words != NULL)
        return opened;
    uint64_t *words = calloc(TBX_WINDOW_PAGES / 8, 1);
    if (words == NULL)
        return NULL;
    opened->writable = (struct tbx_page_set){.words = words, .end = TBX_WINDOW_PAGES};
    opened->limit = MORE_MAPPINGS;
    return opened;
}

/* Notes that pages were opened or closed, which can make three mappings of one. */
static void note(const struct tbx_window *window, struct opened *opened, uint32_t offset,
                 uint64_t size, bool writable) {
    uint32_t first = offset / TBX_PAGE_SIZE, last = (uint32_t)((offset + size) / TBX_PAGE_SIZE);
    if (writable)
        tbx_pages_add(&opened->writable, first, last);
    else
        tbx_pages_remove(&opened->writable, first, last);
    opened->mappings += 2;
    if (opened->mappings > opened->limit)
        join_mappings(window, opened);
}

static bool protect(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    int protection) {
    struct opened *opened = opened_in(window);
    if (opened == NULL ||
        !tbx_device_map(window, offset, size, tbx_device_memory(window, offset), protection))
        return false;
    note(window, opened, offset, size, (protection & PROT_WRITE) != 0);
    return true;
}

static bool close_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    struct opened *opened = opened_in(window);
    if (opened == NULL || !tbx_window_cover(window, offset, size) ||
        !tbx_device_discard(tbx_device_memory(window, offset), size))
        return false;
    note(window, opened, offset, size, false);
    return true;
}

static bool empty(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return tbx_device_discard(tbx_device_memory(window, offset), size);
}

/* A KeyID can be given back when nothing is mapped with it: so the addresses are reserved first. */
static void detach(const struct tbx_window *window) {
    bool gone = tbx_window_cover(window, 0, TBX_WINDOW_SIZE) &&
                tbx_device_discard(tbx_device_memory(window, 0), TBX_WINDOW_SIZE);
    free(opened_of[window->key].writable.words);
    opened_of[window->key] = (struct opened){0};
    tbx_device_key_detach(window->key, gone);
}

/* The window is mapped anew when it is filled. */
static bool renew(const struct tbx_window *window) {
    return tbx_window_cover(window, 0, TBX_WINDOW_SIZE) &&
           tbx_device_discard(tbx_device_memory(window, 0), TBX_WINDOW_SIZE) &&
           tbx_device_key_renew(window->key);
}

/* Reads the parts of the file that are not holes to their places in the window. */
static bool read_file(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    uint64_t at = 0;
    while (at < size) {
        off_t data = lseek(file, (off_t)at, SEEK_DATA);
        off_t hole = data < 0 ? -1 : lseek(file, data, SEEK_HOLE);
        if (data < 0 || hole < 0)
            return errno == ENXIO; /* nothing but a hole is left */
        uint64_t end = (uint64_t)hole < size ? (uint64_t)hole : size;
        for (at = (uint64_t)data; at < end;) {
            ssize_t step = pread(file, window->base + offset + at, end - at, (off_t)at);
            if (step <= 0)
                return false;
            at += (uint64_t)step;
        }
    }
    return true;
}

static bool fill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    return tbx_device_map(window, offset, size, tbx_device_memory(window, offset),
                          PROT_READ | PROT_WRITE) &&
           read_file(window, offset, size, file);
}

static bool refill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    return tbx_device_discard(tbx_device_memory(window, offset), size) &&
           read_file(window, offset, size, file);
}

const struct tbx_backend_operations tbx_device = {
    .name = "device",
    .start = start,
    .attach = attach,
    .detach = detach,
    .protect = protect,
    .close = close_pages,
    .empty = empty,
    .fill = fill,
    .refill = refill,
    .share = tbx_device_share,
    .unshare = tbx_window_cover,
    .drop = tbx_device_drop_pools,
    .renew = renew,
    .own = tbx_device_own,
};
