#include "gs_base.h"

#include <asm/prctl.h>
#include <stdbool.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

/* AT_HWCAP2, bit 1: the kernel lets user code use rdgsbase and wrgsbase. */
enum { HWCAP2_FSGSBASE_BIT = 1 << 1 };

static bool has_instructions;

/* TBX_WITHOUT_FSGSBASE: the tests build the other way as well, on machines that have the
 * instructions. */
void tbx_gs_init(void) {
#ifndef TBX_WITHOUT_FSGSBASE
    has_instructions = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE_BIT) != 0;
#endif
}

uint64_t tbx_gs_read(void) {
    uint64_t base = 0;
    if (has_instructions)
        __asm__ volatile("rdgsbase %0" : "=r"(base));
    else
        syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
    return base;
}

void tbx_gs_write(uint64_t base) {
    if (has_instructions)
        __asm__ volatile("wrgsbase %0" : : "r"(base) : "memory");
    else
        syscall(SYS_arch_prctl, ARCH_SET_GS, base);
}
