#include "line_cipher.h"

#include <cpuid.h>

/* Only functions marked with it use the instructions: the library runs on CPUs without them. */
#define AES __attribute__((target("aes,sse2")))
#define INLINE static inline __attribute__((always_inline))

enum { ROUNDS = 10, BLOCKS = 4, LINES = 4 };

bool tbx_line_cipher_is_available(void) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_AES) != 0;
}

/* The next round key, from the last one and its assist word. */
AES static __m128i next_round_key(__m128i key, __m128i assist) {
    assist = _mm_shuffle_epi32(assist, 0xFF);
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    key = _mm_xor_si128(key, _mm_slli_si128(key, 4));
    return _mm_xor_si128(key, assist);
}

/* The round constants are immediate operands. */
AES static void expand(__m128i keys[ROUNDS + 1], const unsigned char *bytes) {
    keys[0] = _mm_loadu_si128((const __m128i *)bytes);
    keys[1] = next_round_key(keys[0], _mm_aeskeygenassist_si128(keys[0], 0x01));
    keys[2] = next_round_key(keys[1], _mm_aeskeygenassist_si128(keys[1], 0x02));
    keys[3] = next_round_key(keys[2], _mm_aeskeygenassist_si128(keys[2], 0x04));
    keys[4] = next_round_key(keys[3], _mm_aeskeygenassist_si128(keys[3], 0x08));
    keys[5] = next_round_key(keys[4], _mm_aeskeygenassist_si128(keys[4], 0x10));
    keys[6] = next_round_key(keys[5], _mm_aeskeygenassist_si128(keys[5], 0x20));
    keys[7] = next_round_key(keys[6], _mm_aeskeygenassist_si128(keys[6], 0x40));
    keys[8] = next_round_key(keys[7], _mm_aeskeygenassist_si128(keys[7], 0x80));
    keys[9] = next_round_key(keys[8], _mm_aeskeygenassist_si128(keys[8], 0x1B));
    keys[10] = next_round_key(keys[9], _mm_aeskeygenassist_si128(keys[9], 0x36));
}

AES void tbx_line_key_expand(struct tbx_line_key *key,
                             const unsigned char bytes[TBX_LINE_KEY_SIZE]) {
    expand(key->encrypt, bytes);
    expand(key->tweak, bytes + TBX_LINE_KEY_SIZE / 2);
    key->decrypt[0] = key->encrypt[ROUNDS];
    for (int i = 1; i < ROUNDS; i++)
        key->decrypt[i] = _mm_aesimc_si128(key->encrypt[ROUNDS - i]);
    key->decrypt[ROUNDS] = key->encrypt[0];
}

/* Four blocks at once: one round of a block waits for the one before, other blocks do not. */
AES INLINE void encrypt_blocks(const __m128i keys[ROUNDS + 1], __m128i blocks[BLOCKS]) {
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = _mm_xor_si128(blocks[i], keys[0]);
    for (int round = 1; round < ROUNDS; round++)
        for (int i = 0; i < BLOCKS; i++)
            blocks[i] = _mm_aesenc_si128(blocks[i], keys[round]);
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = _mm_aesenclast_si128(blocks[i], keys[ROUNDS]);
}

AES INLINE void decrypt_blocks(const __m128i keys[ROUNDS + 1], __m128i blocks[BLOCKS]) {
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = _mm_xor_si128(blocks[i], keys[0]);
    for (int round = 1; round < ROUNDS; round++)
        for (int i = 0; i < BLOCKS; i++)
            blocks[i] = _mm_aesdec_si128(blocks[i], keys[round]);
    for (int i = 0; i < BLOCKS; i++)
        blocks[i] = _mm_aesdeclast_si128(blocks[i], keys[ROUNDS]);
}

/* A tweak times x in GF(2^128), for the next block: doubled, and 0x87 added when a bit falls out.
 */
AES INLINE __m128i next_tweak(__m128i tweak) {
    const __m128i carries = _mm_set_epi32(1, 1, 1, 0x87);
    __m128i signs = _mm_shuffle_epi32(_mm_srai_epi32(tweak, 31), 0x93);
    return _mm_xor_si128(_mm_slli_epi32(tweak, 1), _mm_and_si128(signs, carries));
}

typedef void cipher(const __m128i keys[ROUNDS + 1], __m128i blocks[BLOCKS]);

AES INLINE void run_line(const __m128i *keys, cipher *run, unsigned char *line, __m128i tweak) {
    __m128i *at = (__m128i *)line, blocks[BLOCKS], tweaks[BLOCKS];
    for (int i = 0; i < BLOCKS; i++) {
        tweaks[i] = tweak;
        blocks[i] = _mm_xor_si128(_mm_loadu_si128(at + i), tweak);
        tweak = next_tweak(tweak);
    }
    run(keys, blocks);
    for (int i = 0; i < BLOCKS; i++)
        _mm_storeu_si128(at + i, _mm_xor_si128(blocks[i], tweaks[i]));
}

AES INLINE void run_lines(const struct tbx_line_key *key, const __m128i *keys, cipher *run,
                          unsigned char *lines, uint64_t first, size_t count) {
    for (size_t line = 0; line < count; line += LINES) {
        __m128i tweaks[LINES];
        for (size_t i = 0; i < LINES; i++)
            tweaks[i] = _mm_set_epi64x(0, (long long)(first + line + i));
        encrypt_blocks(key->tweak, tweaks);
        for (size_t i = 0; i < LINES; i++)
            run_line(keys, run, lines + (line + i) * TBX_LINE_SIZE, tweaks[i]);
    }
}

AES void tbx_lines_encrypt(const struct tbx_line_key *key, unsigned char *lines, uint64_t first,
                           size_t count) {
    run_lines(key, key->encrypt, encrypt_blocks, lines, first, count);
}

AES void tbx_lines_decrypt(const struct tbx_line_key *key, unsigned char *lines, uint64_t first,
                           size_t count) {
    run_lines(key, key->decrypt, decrypt_blocks, lines, first, count);
}
