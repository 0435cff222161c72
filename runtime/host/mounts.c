/* The granted directories: opened once, and from then on the same ones, whatever their names lead
 * to later. */
#include "error.h"
#include "files.h"
#include "own_descriptor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool add_mount(struct tbx_mounts *mounts, const struct tbx_directory *directory,
                      tbx_error *error) {
    int host = tbx_own_descriptor(open(directory->host_path, O_PATH | O_DIRECTORY | O_CLOEXEC));
    if (host < 0)
        return tbx_fail_errno(error, "cannot grant the directory %s", directory->host_path);
    char *guest_path = strdup(directory->guest_path);
    if (guest_path == NULL) {
        close(host);
        return tbx_fail(error, "out of memory");
    }
    struct tbx_mount *mount = &mounts->list[mounts->count++];
    *mount =
        (struct tbx_mount){.host = host, .guest_path = guest_path, .writable = directory->writable};
    struct tbx_place root = {.mount = mount, .below = ""};
    long probe = tbx_open_place(&root, O_PATH, 0);
    if (probe == -ENOSYS || probe == -EPERM) /* EPERM: a system call filter that does not know it */
        return tbx_fail(error, "granting a directory needs the system call openat2 (Linux 5.6), "
                               "which this system refuses");
    if (probe >= 0)
        close((int)probe);
    return true;
}

struct tbx_mounts *tbx_mounts_open(const struct tbx_config *config, tbx_error *error) {
    struct tbx_mounts *mounts =
        malloc(sizeof *mounts + config->directory_count * sizeof *mounts->list);
    if (mounts == NULL) {
        tbx_fail(error, "out of memory");
        return NULL;
    }
    atomic_init(&mounts->references, 1);
    mounts->count = 0;
    for (unsigned i = 0; i < config->directory_count; i++) {
        if (add_mount(mounts, &config->directories[i], error))
            continue;
        tbx_mounts_release(mounts);
        return NULL;
    }
    return mounts;
}

struct tbx_mounts *tbx_mounts_retain(struct tbx_mounts *mounts) {
    atomic_fetch_add(&mounts->references, 1);
    return mounts;
}

void tbx_mounts_release(struct tbx_mounts *mounts) {
    if (mounts == NULL || atomic_fetch_sub(&mounts->references, 1) != 1)
        return;
    for (unsigned i = 0; i < mounts->count; i++) {
        close(mounts->list[i].host);
        free(mounts->list[i].guest_path);
    }
    free(mounts);
}
