/* Integers: a checksum by table, a sieve of bits, population counts, long division of 128-bit
 * numbers. */
#include "kernel.h"

#include <string.h>

static uint32_t table[256];

static void make_table(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320u ^ (c >> 1) : c >> 1;
        table[i] = c;
    }
}

static uint32_t crc(const uint8_t *p, size_t n) {
    uint32_t c = ~0u;
    while (n-- > 0)
        c = table[(c ^ *p++) & 255] ^ (c >> 8);
    return ~c;
}

enum { LIMIT = 1 << 20 };
static uint8_t sieve[LIMIT / 8];

static uint64_t primes(void) {
    uint64_t count = 0;
    memset(sieve, 0, sizeof sieve);
    for (uint32_t i = 2; i < LIMIT; i++) {
        if (sieve[i >> 3] >> (i & 7) & 1)
            continue;
        count++;
        for (uint32_t j = i * 2; j < LIMIT; j += i)
            sieve[j >> 3] |= (uint8_t)(1u << (j & 7));
    }
    return count;
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 140);
    uint64_t state = 9, sum = 0;
    make_table();
    for (long r = 0; r < rounds; r++) {
        sum = mix(sum, primes());
        sum = mix(sum, crc(sieve, sizeof sieve));
        for (int i = 0; i < 20000; i++) {
            uint64_t a = next_random(&state), b = next_random(&state) | 1;
            unsigned __int128 wide = (unsigned __int128)a << 40 | b;
            sum += (uint64_t)(wide / (b >> 20 | 1)) + (uint64_t)__builtin_popcountll(a ^ b);
        }
    }
    return report("bits", sum);
}
