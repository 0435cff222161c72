#include "window.h"

#include "error.h"
#include "layout.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/mman.h>

enum { NOTHING = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE };

static pthread_mutex_t keys_lock = PTHREAD_MUTEX_INITIALIZER;
static bool key_used[TBX_LAST_KEY + 1];     /* guarded by keys_lock, like the next */
static uint32_t lowest_key = TBX_FIRST_KEY; /* all below are used */

static void *key_base(uint32_t key) {
    return (void *)((uintptr_t)key * TBX_WINDOW_SIZE);
}

/* The addresses of a window that has its key alone, and the guard behind it. */
struct span {
    unsigned char *start;
    uint64_t size;
};

/*
 * An instruction with a mask does not touch the bytes that it leaves out, so that one at the end of
 * a window can go on behind it without a fault in its last page. Behind a window stands the first
 * page of the next one, which is never accessible, or a page for that purpose: which becomes that
 * of the next one, when there is one, and is left when it goes. With keys_lock held.
 */
static struct span own_addresses(uint32_t key) {
    uint64_t shared = key_used[key - 1] ? TBX_PAGE_SIZE : 0;
    uint64_t guard = key < TBX_LAST_KEY && !key_used[key + 1] ? TBX_PAGE_SIZE : 0;
    return (struct span){(unsigned char *)key_base(key) + shared, TBX_WINDOW_SIZE - shared + guard};
}

/* Maps the window's addresses if nothing else is there. EEXIST: some mapping of the process lies
 * inside, or just behind. With keys_lock held. */
static bool map_whole(uint32_t key) {
    struct span span = own_addresses(key);
    int flags = NOTHING | MAP_FIXED_NOREPLACE;
    void *mapped = mmap(span.start, span.size, PROT_NONE, flags, -1, 0);
    if (mapped == span.start)
        return true;
    if (mapped != MAP_FAILED) { /* a kernel before 4.17 takes the address as a wish */
        munmap(mapped, span.size);
        errno = EEXIST;
    }
    return false;
}

/* With keys_lock held. */
static uint32_t take_key(void) {
    for (uint32_t key = lowest_key; key <= TBX_LAST_KEY; key++) {
        if (key_used[key])
            continue;
        if (map_whole(key)) {
            key_used[key] = true;
            lowest_key = key + 1;
            return key;
        }
        if (errno != EEXIST)
            return 0;
    }
    errno = ENOSPC;
    return 0;
}

/* Gives addresses and key back. */
static void unmap(struct tbx_window *window) {
    pthread_mutex_lock(&keys_lock);
    struct span span = own_addresses(window->key);
    if (munmap(span.start, span.size) == 0) {
        key_used[window->key] = false;
        if (window->key < lowest_key)
            lowest_key = window->key;
    }
    pthread_mutex_unlock(&keys_lock);
    *window = (struct tbx_window){0};
}

bool tbx_window_reserve(struct tbx_window *window, const struct tbx_backend_operations *backend,
                        tbx_error *error) {
    pthread_mutex_lock(&keys_lock);
    uint32_t key = take_key();
    pthread_mutex_unlock(&keys_lock);
    if (key == 0)
        return tbx_fail_errno(error, "cannot reserve a window of 4 GiB of addresses");
    *window = (struct tbx_window){.key = key, .base = key_base(key), .backend = backend};
    if (backend->attach == NULL || backend->attach(window))
        return true;
    tbx_fail_errno(error, "no memory of the backend %s for KeyID %u", backend->name, key);
    unmap(window);
    return false;
}

void tbx_window_release(struct tbx_window *window) {
    if (window->key == 0)
        return;
    if (window->backend->detach != NULL)
        window->backend->detach(window);
    unmap(window);
}

/* Fills the hole that a kernel which gave up half way may have left in whole pages; what is mapped
 * stays. Ends the process when it cannot: the next mapping of the host would fill it. Keeps errno.
 */
static void fill_hole(unsigned char *start, uint64_t size) {
    int why = errno;
    bool filled = mmap(start, size, PROT_NONE, NOTHING | MAP_FIXED_NOREPLACE, -1, 0) == start;
    /* A process that has used up its mappings is refused even where there is no hole: msync tells.
     */
    if (!filled && errno != EEXIST && msync(start, size, MS_ASYNC) != 0)
        abort();
    errno = why;
}

bool tbx_window_map(const struct tbx_window *window, uint32_t offset, uint64_t size, int protection,
                    int flags, int file, uint64_t place) {
    unsigned char *start = window->base + offset;
    if (mmap(start, size, protection, flags | MAP_FIXED, file, (off_t)place) == start)
        return true;
    fill_hole(start, size);
    return false;
}

bool tbx_window_cover(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return tbx_window_map(window, offset, size, PROT_NONE, NOTHING, -1, 0);
}

bool tbx_window_protect(const struct tbx_window *window, uint32_t offset, uint64_t size,
                        int protection) {
    if (size == 0)
        return true;
    return window->backend->protect == NULL
               ? mprotect(window->base + offset, size, protection) == 0
               : window->backend->protect(window, offset, size, protection);
}

bool tbx_window_close(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return size == 0 || window->backend->close(window, offset, size);
}

bool tbx_window_empty(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return size == 0 || window->backend->empty(window, offset, size);
}
