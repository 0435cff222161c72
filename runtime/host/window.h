/*
 * Windows: the 4 GiB of virtual addresses of one KeyID, reserved whole, so that no other mapping of
 * the process can land inside, and unmapped whole.
 */
#ifndef TBX_WINDOW_H
#define TBX_WINDOW_H

#include "tmebox.h"

struct tbx_window {
    uint32_t key; /* 0: none */
    unsigned char *base;
};

/* Takes the lowest free key whose addresses are free. Nothing in the window is accessible yet. */
bool tbx_window_reserve(struct tbx_window *window, tbx_error *error);

/* Gives key and addresses back; a window without key is left alone. */
void tbx_window_release(struct tbx_window *window);

/* Makes whole pages accessible as `protection` (PROT_*) says. Errno is set on failure. */
bool tbx_window_protect(const struct tbx_window *window, uint32_t offset, uint64_t size,
                        int protection);

/* Drops the contents of whole pages and makes them inaccessible in one step, so that no hole
 * appears. */
bool tbx_window_close(const struct tbx_window *window, uint32_t offset, uint64_t size);

#endif
