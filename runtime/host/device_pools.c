/*
 * Pools on the device: one page, mapped by several windows, each with its KeyID. They lie in the
 * device's memory at their offsets, where window 0, the host's, would be.
 *
 * The processor does not keep views of a line under two KeyIDs coherent. What its last owner has
 * written may still be in a cache when the next one writes, and would destroy that when it leaves
 * the cache; so a line that changes hands is flushed under the KeyID that it leaves. (When a KeyID
 * is given back, the kernel does that.)
 */
#include "../kernel/tmebox_uapi.h"
#include "device_keys.h"
#include "device_pages.h"
#include "layout.h"
#include "line_cipher.h"
#include "window.h"

#include <errno.h>
#include <immintrin.h>
#include <sys/mman.h>

enum { LINES = (TBX_POOLS_END - TBX_POOLS_START) / TBX_LINE_SIZE };

/* The KeyID of the last owner of each line; 0: none since it was flushed. A pool's lines are
 * guarded by its lock. */
static uint16_t last_keyid[LINES];

bool tbx_device_share(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    if (tbx_device_key_is_own(window->key))
        return tbx_device_map(window, offset, size, offset, PROT_READ | PROT_WRITE);
    errno = EBUSY;
    return false;
}

void tbx_device_drop_pools(uint32_t offset, uint64_t size) {
    for (uint32_t at = 0; at < size / TBX_LINE_SIZE; at++)
        last_keyid[(offset - TBX_POOLS_START) / TBX_LINE_SIZE + at] = 0;
    tbx_device_discard(offset, size);
}

/* Through a view of our own: the window may be gone. When its KeyID is, too, there is nothing to
 * do. */
static void flush(uint32_t keyid, uint32_t first, uint32_t last) {
    uint32_t start = TBX_POOLS_START + first * TBX_LINE_SIZE,
             end = TBX_POOLS_START + last * TBX_LINE_SIZE;
    uint32_t page = start & ~(TBX_PAGE_SIZE - 1);
    uint64_t size = tbx_page_up(end) - page;
    off_t place = (off_t)((uint64_t)keyid << TMEBOX_KEY_SHIFT | page);
    unsigned char *view = mmap(NULL, size, PROT_READ, MAP_SHARED, tbx_device_file(), place);
    if (view == MAP_FAILED)
        return;
    for (uint32_t at = start; at < end; at += TBX_LINE_SIZE)
        _mm_clflush(view + (at - page));
    _mm_mfence();
    munmap(view, size);
}

void tbx_device_own(uint32_t window, uint32_t offset, uint64_t size) {
    uint32_t first = (offset - TBX_POOLS_START) / TBX_LINE_SIZE;
    uint32_t end = first + (uint32_t)(size / TBX_LINE_SIZE);
    uint16_t keyid = (uint16_t)(window == 0 ? 0 : tbx_device_key(window));
    for (uint32_t at = first, last; at < end; at = last) {
        uint16_t before = last_keyid[at];
        for (last = at; last < end && last_keyid[last] == before; last++)
            last_keyid[last] = keyid;
        if (before != 0 && before != keyid)
            flush(before, at, last);
    }
}
