/* The plain backend: private memory in each window, no keys. The 32-bit confinement isolates. */
#include "backend.h"
#include "layout.h"
#include "window.h"

#include <sys/mman.h>

static bool empty(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return madvise(window->base + offset, size, MADV_DONTNEED) == 0;
}

/* Emptied first: pages that the kernel will not close are still the sandbox's. They are not mapped
 * anew, see tbx_memory_init. */
static bool close_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return empty(window, offset, size) && mprotect(window->base + offset, size, PROT_NONE) == 0;
}

/* Up to the window's end, in one kernel mapping: behind the file's end every access is a SIGBUS. */
static bool fill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    (void)size;
    return tbx_window_map(window, offset, TBX_WINDOW_SIZE - offset, PROT_READ | PROT_WRITE,
                          MAP_PRIVATE | MAP_NORESERVE, file, 0);
}

static bool refill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    (void)file;
    return empty(window, offset, size);
}

const struct tbx_backend_operations tbx_plain = {
    .name = "plain",
    .close = close_pages,
    .empty = empty,
    .fill = fill,
    .refill = refill,
};
