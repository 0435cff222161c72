/* Files in memory: what stands behind templates, regions and the emulated backend's windows. */
#ifndef TBX_MEMORY_FILE_H
#define TBX_MEMORY_FILE_H

#include <stdint.h>

/* A new file of `size` zero bytes, which can be sealed; the caller's. -1 and errno when there is
 * none, also where a limit of the process on sizes of files forbids it. */
int tbx_memory_file(const char *name, uint64_t size);

#endif
