#include "sha256.h"

#include <cpuid.h>
#include <immintrin.h>
#include <string.h>

static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

static uint32_t rotate(uint32_t word, unsigned count) {
    return word >> count | word << (32 - count);
}

static uint32_t load_big_endian(const unsigned char *bytes) {
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

/* The message schedule W of FIPS 180-4, 6.2.2 step 1. */
static void schedule(uint32_t words[64], const unsigned char *block) {
    for (unsigned t = 0; t < 16; t++)
        words[t] = load_big_endian(block + 4 * t);
    for (unsigned t = 16; t < 64; t++) {
        uint32_t early = words[t - 15], late = words[t - 2];
        uint32_t sigma0 = rotate(early, 7) ^ rotate(early, 18) ^ early >> 3;
        uint32_t sigma1 = rotate(late, 17) ^ rotate(late, 19) ^ late >> 10;
        words[t] = sigma1 + words[t - 7] + sigma0 + words[t - 16];
    }
}

/* 6.2.2 steps 2 to 4; `v` holds a to h. */
static void compress_block(uint32_t state[8], const unsigned char *block) {
    uint32_t words[64], v[8];
    schedule(words, block);
    memcpy(v, state, sizeof v);
    for (unsigned t = 0; t < 64; t++) {
        uint32_t sum1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t choice = (v[4] & v[5]) ^ (~v[4] & v[6]);
        uint32_t first = v[7] + sum1 + choice + constants[t] + words[t];
        uint32_t sum0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + sum0 + majority;
    }
    for (unsigned i = 0; i < 8; i++)
        state[i] += v[i];
}

static void compress_portable(uint32_t state[8], const unsigned char *blocks, size_t count) {
    for (; count > 0; count--, blocks += TBX_SHA256_BLOCK)
        compress_block(state, blocks);
}

#define PROCESSOR __attribute__((target("sha,sse4.1,ssse3")))

/* The next four words of the schedule, from the sixteen before them, oldest first. */
PROCESSOR static __m128i next_words(const __m128i w[4]) {
    __m128i partial = _mm_sha256msg1_epu32(w[0], w[1]);
    partial = _mm_add_epi32(partial, _mm_alignr_epi8(w[3], w[2], 4));
    return _mm_sha256msg2_epu32(partial, w[3]);
}

/* One block; `abef` and `cdgh` are the state in the order that the instructions want. */
PROCESSOR static void rounds(__m128i *abef, __m128i *cdgh, const unsigned char *block) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
    __m128i w[4], first = *abef, second = *cdgh;
    for (unsigned t = 0; t < 16; t++) {
        __m128i words;
        if (t < 4) {
            words = _mm_loadu_si128((const __m128i *)(const void *)(block + 16 * t));
            words = _mm_shuffle_epi8(words, big_endian);
            w[t] = words;
        } else {
            words = next_words(w);
            w[0] = w[1];
            w[1] = w[2];
            w[2] = w[3];
            w[3] = words;
        }
        __m128i k = _mm_loadu_si128((const __m128i *)(const void *)(constants + 4 * t));
        __m128i sum = _mm_add_epi32(words, k);
        second = _mm_sha256rnds2_epu32(second, first, sum);
        first = _mm_sha256rnds2_epu32(first, second, _mm_shuffle_epi32(sum, 0x0E));
    }
    *abef = _mm_add_epi32(*abef, first);
    *cdgh = _mm_add_epi32(*cdgh, second);
}

PROCESSOR static void compress_processor(uint32_t state[8], const unsigned char *blocks,
                                         size_t count) {
    __m128i abef = _mm_set_epi32((int)state[0], (int)state[1], (int)state[4], (int)state[5]);
    __m128i cdgh = _mm_set_epi32((int)state[2], (int)state[3], (int)state[6], (int)state[7]);
    for (; count > 0; count--, blocks += TBX_SHA256_BLOCK)
        rounds(&abef, &cdgh, blocks);
    state[0] = (uint32_t)_mm_extract_epi32(abef, 3);
    state[1] = (uint32_t)_mm_extract_epi32(abef, 2);
    state[4] = (uint32_t)_mm_extract_epi32(abef, 1);
    state[5] = (uint32_t)_mm_extract_epi32(abef, 0);
    state[2] = (uint32_t)_mm_extract_epi32(cdgh, 3);
    state[3] = (uint32_t)_mm_extract_epi32(cdgh, 2);
    state[6] = (uint32_t)_mm_extract_epi32(cdgh, 1);
    state[7] = (uint32_t)_mm_extract_epi32(cdgh, 0);
}

/* CPUID: SSSE3 and SSE4.1 in leaf 1, SHA in leaf 7. Registers of 128 bits need no more from the
 * system than x86-64 itself. */
static bool processor_has_sha(void) {
    unsigned a, b, c, d;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0 || (c & bit_SSSE3) == 0 || (c & bit_SSE4_1) == 0)
        return false;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & bit_SHA) != 0;
}

void tbx_sha256_start(struct tbx_sha256 *hash, bool use_processor) {
    *hash = (struct tbx_sha256){
        .state = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c,
                  0x1f83d9ab, 0x5be0cd19},
        .compress = use_processor && processor_has_sha() ? compress_processor : compress_portable};
}

void tbx_sha256_add(struct tbx_sha256 *hash, const void *bytes, size_t size) {
    const unsigned char *from = bytes;
    size_t have = (size_t)(hash->length % TBX_SHA256_BLOCK);
    hash->length += size;
    if (have > 0) {
        size_t part = size < TBX_SHA256_BLOCK - have ? size : TBX_SHA256_BLOCK - have;
        if (part > 0)
            memcpy(hash->block + have, from, part);
        if (have + part < TBX_SHA256_BLOCK)
            return;
        hash->compress(hash->state, hash->block, 1);
        from += part;
        size -= part;
    }
    hash->compress(hash->state, from, size / TBX_SHA256_BLOCK);
    if (size % TBX_SHA256_BLOCK > 0)
        memcpy(hash->block, from + size / TBX_SHA256_BLOCK * TBX_SHA256_BLOCK,
               size % TBX_SHA256_BLOCK);
}

/* 5.1.1: a one bit, zeros, and the length in bits. */
void tbx_sha256_finish(struct tbx_sha256 *hash, unsigned char digest[TBX_SHA256_SIZE]) {
    static const unsigned char padding[TBX_SHA256_BLOCK] = {0x80};
    uint64_t bits = hash->length * 8;
    size_t have = (size_t)(hash->length % TBX_SHA256_BLOCK);
    unsigned char length[8];
    for (unsigned i = 0; i < 8; i++)
        length[i] = (unsigned char)(bits >> (56 - 8 * i));
    tbx_sha256_add(hash, padding, (have < 56 ? 56 : 120) - have);
    tbx_sha256_add(hash, length, sizeof length);
    for (unsigned i = 0; i < TBX_SHA256_SIZE; i++)
        digest[i] = (unsigned char)(hash->state[i / 4] >> (24 - 8 * (i % 4)));
}
