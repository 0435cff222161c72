/* The plain backend: private memory in each window, no keys. The 32-bit confinement isolates. */
#include "backend.h"
#include "layout.h"
#include "window.h"

#include <sys/mman.h>

static bool protect(const struct tbx_window *window, uint32_t offset, uint64_t size,
                    int protection) {
    return mprotect(window->base + offset, size, protection) == 0;
}

static bool close_pages(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED;
    return mmap(window->base + offset, size, PROT_NONE, flags, -1, 0) != MAP_FAILED;
}

static bool empty(const struct tbx_window *window, uint32_t offset, uint64_t size) {
    return madvise(window->base + offset, size, MADV_DONTNEED) == 0;
}

/* Up to the window's end, in one kernel mapping: behind the file's end every access is a SIGBUS. */
static bool fill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    unsigned char *start = window->base + offset;
    int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
    (void)size;
    return mmap(start, TBX_WINDOW_SIZE - offset, PROT_READ | PROT_WRITE, flags, file, 0) == start;
}

static bool refill(const struct tbx_window *window, uint32_t offset, uint64_t size, int file) {
    (void)file;
    return empty(window, offset, size);
}

const struct tbx_backend_operations tbx_plain = {
    .name = "plain",
    .protect = protect,
    .close = close_pages,
    .empty = empty,
    .fill = fill,
    .refill = refill,
    .moves_pages = true,
};
