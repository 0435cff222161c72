/* A template: an image as a library that has been started once, and what its copies may use. */
#ifndef TBX_TEMPLATE_H
#define TBX_TEMPLATE_H

#include "library.h"
#include "sandbox.h"

struct tbx_template {
    atomic_uint references;
    struct tbx_image *image;    /* a reference of its own */
    struct tbx_config *config;  /* a reference of its own */
    struct tbx_mounts *mounts;  /* a reference of its own; copies have the same */
    struct tbx_import *imports; /* owned, import_count of them; one for each name in the table */
    uint32_t import_count;
    struct tbx_functions functions; /* what can be called */
    tbx_function allocate, release; /* malloc and free; 0 when they are not exported */
    struct tbx_memory memory;       /* without a window */
    uint64_t jump_serial;           /* what the copies' begin with: ids below may be in there */
    int file;                       /* the memory's contents */
};

/* Gives up a reference that a sandbox has; null is left alone. */
void tbx_template_drop(const struct tbx_template *template);

#endif
