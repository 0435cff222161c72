/* A loaded image: its checked bytes and, once a sandbox needs it, its code window. Shared by the
 * sandboxes made from it. */
#ifndef TBX_IMAGE_H
#define TBX_IMAGE_H

#include "elf_image.h"
#include "window.h"

#include <pthread.h>
#include <stdatomic.h>

struct tbx_image {
    atomic_uint references;
    unsigned char *bytes; /* owned */
    char *options;        /* owned; strings, the last one empty */
    struct tbx_elf_image elf;
    tbx_digest digest;
    bool verified; /* carries a verdict about these bytes */
    pthread_mutex_t lock;
    struct tbx_window code; /* guarded by lock until it has a key */
};

void tbx_image_retain(struct tbx_image *image);

/* Makes sure that the image's code stands in a code window: executable, unchangeable, the gate slot
 * filled. */
bool tbx_image_map_code(struct tbx_image *image, tbx_error *error);

#endif
