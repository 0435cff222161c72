/* What every kernel shares: the work factor, a random stream that is the same everywhere, and the
 * one line of output. */
#ifndef BENCH_KERNEL_H
#define BENCH_KERNEL_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* argv[1] in per cent of the normal work; 100 takes between 0.3 and 1 second. */
static inline long scaled(int argc, char **argv, long work) {
    long percent = argc > 1 ? strtol(argv[1], NULL, 10) : 100;
    long n = work * percent / 100;
    return n > 0 ? n : 1;
}

/* splitmix64: every kernel sees the same data natively and sandboxed. */
static inline uint64_t next_random(uint64_t *state) {
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline uint64_t mix(uint64_t sum, uint64_t value) {
    return (sum ^ value) * 0x100000001b3u;
}

static inline int report(const char *kernel, uint64_t checksum) {
    printf("%s %016llx\n", kernel, (unsigned long long)checksum);
    return 0;
}

#endif
