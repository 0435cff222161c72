/*
 * AES-XTS-128 over cache lines, as TME-MK encrypts memory: each line of 64 bytes is a unit of its
 * own, with its number among all lines of the memory as tweak (IEEE 1619). By the AES instructions
 * of the CPU; the tests compare it with OpenSSL.
 */
#ifndef TBX_LINE_CIPHER_H
#define TBX_LINE_CIPHER_H

#include <immintrin.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TBX_LINE_SIZE = 64, TBX_LINE_KEY_SIZE = 32 };

/* The round keys of one KeyID. */
struct tbx_line_key {
    __m128i encrypt[11], decrypt[11], tweak[11];
};

/* Whether the CPU has the instructions; nothing else here may be called when it has not. */
bool tbx_line_cipher_is_available(void);

/* Takes the data key and then the tweak key, 16 bytes each. */
void tbx_line_key_expand(struct tbx_line_key *key, const unsigned char bytes[TBX_LINE_KEY_SIZE]);

/* `count` whole lines at `lines`, a multiple of 4, the first of which has the number `first`. */
void tbx_lines_encrypt(const struct tbx_line_key *key, unsigned char *lines, uint64_t first,
                       size_t count);
void tbx_lines_decrypt(const struct tbx_line_key *key, unsigned char *lines, uint64_t first,
                       size_t count);

#endif
