/* What a library image exports and imports: two tables of names in its constants (docs/abi.md). All
 * of it is hostile. */
#ifndef TBX_LIBRARY_H
#define TBX_LIBRARY_H

#include "config.h"
#include "image.h"

/* An import that the host has: what is called for it. */
struct tbx_import {
    tbx_host_function *function;
    void *context;
};

/* Where the exported functions begin: a bit for each byte of the code. */
struct tbx_functions {
    uint64_t *bits;       /* owned */
    uint32_t start, size; /* of the code: offset in the window, bytes */
};

static inline bool tbx_is_function(const struct tbx_functions *functions, tbx_function function) {
    uint32_t place = function - functions->start;
    return place < functions->size && (functions->bits[place / 64] >> place % 64 & 1) != 0;
}

/* Finds all exported functions; the bits are for the caller to free. False and a message when there
 * is no memory. */
bool tbx_library_functions(const struct tbx_elf_image *image, struct tbx_functions *functions,
                           tbx_error *error);

/* The exported function `name`; 0 when there is none. */
tbx_function tbx_library_find(const struct tbx_elf_image *image, const char *name);

/* Finds every import of the image among the functions of `config`. An array for the caller to free;
 * null when there are no imports. False and a message for a name that the host does not have. */
bool tbx_library_bind(const struct tbx_image *image, const struct tbx_config *config,
                      struct tbx_import **imports, tbx_error *error);

/* How many names the image imports. */
uint32_t tbx_library_import_count(const struct tbx_elf_image *image);

#endif
