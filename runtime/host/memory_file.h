/* Files in memory: what stands behind templates, regions and the emulated backend's windows. */
#ifndef TBX_MEMORY_FILE_H
#define TBX_MEMORY_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

/* Which file it is, whatever its descriptor stands for by now: a host may close what is not its
 * own, as daemons do, and open another file under the number. */
struct tbx_file_identity {
    dev_t device;
    ino_t number;
};

/* A new file of `size` zero bytes, which can be sealed; the caller's. -1 and errno when there is
 * none, also where a limit of the process on sizes of files forbids it. */
int tbx_memory_file(const char *name, uint64_t size, struct tbx_file_identity *identity);

/* Whether `file` still is that one, and its status. */
bool tbx_memory_file_is(int file, const struct tbx_file_identity *identity, struct stat *status);

#endif
