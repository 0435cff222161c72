/* The GS base: by instruction where kernel and CPU allow it, else by system call. */
#ifndef TBX_GS_BASE_H
#define TBX_GS_BASE_H

#include <stdint.h>

/* Call once before the others. */
void tbx_gs_init(void);
uint64_t tbx_gs_read(void);
void tbx_gs_write(uint64_t base);

#endif
