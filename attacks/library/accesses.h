/* Functions of a hostile library that go to an address of the host's choice (../library.h). */
#ifndef ACCESSES_H
#define ACCESSES_H

#include "../library.h"

static long read_at(uintptr_t address) {
    armed();
    leak((const void *)address, SECRET_SIZE); /* by the host, which checks it */
    uint64_t copy[SECRET_SIZE / 8];
    for (int i = 0; i < SECRET_SIZE / 8; i++)
        copy[i] = ((const volatile uint64_t *)address)[i];
    leak(copy, sizeof copy);
    return 0;
}
EXPORT(read_at)

static long write_at(uintptr_t address) {
    armed();
    *(volatile char *)address = 'x';
    return 0;
}
EXPORT(write_at)

#endif
