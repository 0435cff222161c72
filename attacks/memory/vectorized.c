// Loops that the compiler turns into vector instructions: gathers, scatters, masked accesses.
// ISOLATE: data code+data
// LEVELS: -O3
// FLAGS: -mavx512f -mavx512vl -mavx512bw -mavx512dq -mprefer-vector-width=512
// CPU: avx512f avx512vl avx512bw avx512dq
#include "../attack.h"

static uint64_t indices[SECRET_SIZE];
static uint8_t bytes[SECRET_SIZE];
static uint64_t words[SECRET_SIZE / 8];

// Indices that carry each element from the own window to the victim.
static void aim(uintptr_t address, size_t size) {
    uintptr_t mine = (uintptr_t)own(SECRET_OFFSET);
    for (size_t i = 0; i < SECRET_SIZE; i++)
        indices[i] = (address - mine) / size + i;
}

NOINLINE static void gather_words(uint64_t *restrict to, const uint64_t *restrict from,
                                  const uint64_t *restrict at) {
    for (size_t i = 0; i < SECRET_SIZE / 8; i++)
        to[i] = from[at[i]];
}

NOINLINE static void scatter_words(uint64_t *restrict to, const uint64_t *restrict at) {
    for (size_t i = 0; i < SECRET_SIZE / 8; i++)
        to[at[i]] = i;
}

NOINLINE static void some_bytes(uint8_t *restrict to, const uint8_t *restrict from,
                                const uint64_t *restrict which) {
    for (size_t i = 0; i < SECRET_SIZE; i++)
        if (which[i] != 3)
            to[i] = from[i];
}

ATTACK(gather, "held") {
    EACH_VICTIM(address) {
        aim(address, 8);
        armed();
        gather_words(words, (uint64_t *)own(SECRET_OFFSET), indices);
        leak(words, sizeof words);
    }
}

ATTACK(scatter, "held") {
    EACH_VICTIM(address) {
        aim(address, 8);
        armed();
        scatter_words((uint64_t *)own(SECRET_OFFSET), indices);
    }
}

ATTACK(masked_copy, "held") {
    EACH_VICTIM(address) {
        aim(address, 1);
        armed();
        some_bytes(bytes, (uint8_t *)address, indices);
        leak(bytes, sizeof bytes);
        some_bytes((uint8_t *)address, bytes + 1, indices);
    }
}
