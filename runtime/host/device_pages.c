/* Mappings of the device's memory in windows, and its pages. */
#include "device_pages.h"

#include "../kernel/tmebox_uapi.h"
#include "device_keys.h"
#include "layout.h"
#include "window.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

/* A mapping that fails may have unmapped what was there. A hole in a window that nothing fills: the
 * next mapping of the host would. */
static void fill_hole(unsigned char *start, uint64_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, why = errno;
    if (mmap(start, size, PROT_NONE, flags, -1, 0) != start && errno != EEXIST)
        abort();
    errno = why;
}

bool tbx_device_map(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    uint64_t memory, int protection) {
    unsigned char *start = window->base + offset;
    off_t place = (off_t)((uint64_t)tbx_device_key(window->key) << TMEBOX_KEY_SHIFT | memory);
    if (mmap(start, size, protection, MAP_SHARED | MAP_FIXED, tbx_device_file(), place) == start)
        return true;
    fill_hole(start, size);
    return false;
}

uint64_t tbx_device_memory(const struct tbx_window *window, uint32_t offset) {
    return (uintptr_t)window->base + offset;
}

bool tbx_device_reserve(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return mmap(window->base + offset, size, PROT_NONE, flags, -1, 0) != MAP_FAILED;
}

bool tbx_device_discard(uint64_t memory, uint64_t size) {
    struct tmebox_range range = {.offset = memory, .length = size};
    return ioctl(tbx_device_file(), TMEBOX_DISCARD, &range) == 0;
}
