/* Mappings of the device's memory in windows, and its pages. What returns bool leaves errno behind
 * when it fails. */
#ifndef TBX_DEVICE_PAGES_H
#define TBX_DEVICE_PAGES_H

#include <stdbool.h>
#include <stdint.h>

struct tbx_window;

/* Where pages of a window lie in the device's memory: at the window's addresses. */
uint64_t tbx_device_memory(const struct tbx_window *window, uint32_t offset);

/* Maps memory of the device over pages of a window, with the window's KeyID. What lay there stays
 * where it is in the device's memory. */
bool tbx_device_map(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    uint64_t memory, int protection);

/* Frees pages of the device's memory, whoever maps them: they are zero when they are next used. */
bool tbx_device_discard(uint64_t memory, uint64_t size);

/* --- Pools (device_pools.c) --- */

bool tbx_device_share(const struct tbx_window *window, uint32_t offset, uint64_t size);
void tbx_device_drop_pools(uint32_t offset, uint64_t size);
void tbx_device_own(uint32_t window, uint32_t offset, uint64_t size);

#endif
