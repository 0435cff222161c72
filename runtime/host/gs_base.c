#include "gs_base.h"

#include <asm/prctl.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

/* AT_HWCAP2, bit 1: the kernel lets user code use rdgsbase and wrgsbase. */
enum { HWCAP2_FSGSBASE_BIT = 1 << 1 };

bool tbx_gs_has_instructions;

/* TBX_WITHOUT_FSGSBASE: the tests build the other way as well, on machines that have the
 * instructions. */
void tbx_gs_init(void) {
#ifndef TBX_WITHOUT_FSGSBASE
    tbx_gs_has_instructions = (getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE_BIT) != 0;
#endif
}

uint64_t tbx_gs_ask(void) {
    uint64_t base = 0;
    syscall(SYS_arch_prctl, ARCH_GET_GS, &base);
    return base;
}

void tbx_gs_tell(uint64_t base) {
    syscall(SYS_arch_prctl, ARCH_SET_GS, base);
}
