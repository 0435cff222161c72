/* The GS base: by instruction where kernel and CPU allow it, else by system call. */
#ifndef TBX_GS_BASE_H
#define TBX_GS_BASE_H

#include <stdbool.h>
#include <stdint.h>

/* Call once before the others. */
void tbx_gs_init(void);

extern bool tbx_gs_has_instructions;
uint64_t tbx_gs_ask(void);
void tbx_gs_tell(uint64_t base);

static inline uint64_t tbx_gs_read(void) {
    uint64_t base;
    if (!tbx_gs_has_instructions)
        return tbx_gs_ask();
    __asm__ volatile("rdgsbase %0" : "=r"(base));
    return base;
}

static inline void tbx_gs_write(uint64_t base) {
    if (tbx_gs_has_instructions)
        __asm__ volatile("wrgsbase %0" : : "r"(base) : "memory");
    else
        tbx_gs_tell(base);
}

#endif
