#include "memory_file.h"

#include "own_descriptor.h"
#include "signals.h"

#include <sys/mman.h>

/* A limit on sizes of files holds for those in memory too, and who exceeds it is sent a signal that
 * ends the process: it is to be an error of this library like any other. */
static int resize(int file, uint64_t size) {
    struct tbx_held_signals held = tbx_signals_hold();
    int result = ftruncate(file, (off_t)size);
    int why = errno;
    tbx_signals_restore(&held);
    errno = why;
    return result;
}

static bool identify(int file, struct tbx_file_identity *identity) {
    struct stat status;
    if (fstat(file, &status) != 0)
        return false;
    *identity = (struct tbx_file_identity){.device = status.st_dev, .number = status.st_ino};
    return true;
}

int tbx_memory_file(const char *name, uint64_t size, struct tbx_file_identity *identity) {
    int file = tbx_own_descriptor(memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (file < 0 || (resize(file, size) == 0 && identify(file, identity)))
        return file;
    int why = errno;
    close(file);
    errno = why;
    return -1;
}

bool tbx_memory_file_is(int file, const struct tbx_file_identity *identity, struct stat *status) {
    return fstat(file, status) == 0 && status->st_dev == identity->device &&
           status->st_ino == identity->number;
}
