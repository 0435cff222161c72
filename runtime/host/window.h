/*
 * Windows: the 4 GiB of virtual addresses of one KeyID, reserved whole, so that no other mapping of
 * the process can land inside, and unmapped whole.
 */
#ifndef TBX_WINDOW_H
#define TBX_WINDOW_H

#include "backend.h"

struct tbx_window {
    uint32_t key; /* 0: none */
    unsigned char *base;
    const struct tbx_backend_operations *backend;
};

/* Takes the lowest free key whose addresses are free, for memory of `backend`. Nothing in the
 * window is accessible yet. */
bool tbx_window_reserve(struct tbx_window *window, const struct tbx_backend_operations *backend,
                        tbx_error *error);

/* Gives key and addresses back; a window without key is left alone. */
void tbx_window_release(struct tbx_window *window);

/*
 * Maps `file` from `place` on over whole pages of the window, in one step; -1: no file. `flags` are
 * those of mmap, which MAP_FIXED is added to. False and errno when the kernel refuses: then it may
 * have unmapped what was there, but there is never a hole in the window.
 */
bool tbx_window_map(const struct tbx_window *window, uint32_t offset, uint64_t size, int protection,
                    int flags, int file, uint64_t place);

/* Maps nothing over whole pages, which makes them inaccessible. */
bool tbx_window_cover(const struct tbx_window *window, uint32_t offset, uint64_t size);

/* What backend.h says of these, for any number of pages. */
bool tbx_window_protect(const struct tbx_window *window, uint32_t offset, uint64_t size,
                        int protection);
bool tbx_window_close(const struct tbx_window *window, uint32_t offset, uint64_t size);
bool tbx_window_empty(const struct tbx_window *window, uint32_t offset, uint64_t size);

#endif
