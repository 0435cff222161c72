/* Mappings of the device's memory in windows, and its pages. */
#include "device_pages.h"

#include "../kernel/tmebox_uapi.h"
#include "device_keys.h"
#include "layout.h"
#include "window.h"

#include <sys/ioctl.h>
#include <sys/mman.h>

bool tbx_device_map(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    uint64_t memory, int protection) {
    uint64_t place = (uint64_t)tbx_device_key(window->key) << TMEBOX_KEY_SHIFT | memory;
    return tbx_window_map(window, offset, size, protection, MAP_SHARED, tbx_device_file(), place);
}

uint64_t tbx_device_memory(const struct tbx_window *window, uint32_t offset) {
    return (uintptr_t)window->base + offset;
}

bool tbx_device_discard(uint64_t memory, uint64_t size) {
    struct tmebox_range range = {.offset = memory, .length = size};
    return ioctl(tbx_device_file(), TMEBOX_DISCARD, &range) == 0;
}
