/* SHA-256 (FIPS 180-4). The runtime stands in every linked program, so it brings its own. */
#ifndef TBX_SHA256_H
#define TBX_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TBX_SHA256_SIZE = 32, TBX_SHA256_BLOCK = 64 };

struct tbx_sha256 {
    uint32_t state[8];
    uint64_t length; /* bytes taken so far */
    unsigned char block[TBX_SHA256_BLOCK];
    /* Takes whole blocks into the state: by the processor's instructions where it has them. */
    void (*compress)(uint32_t state[8], const unsigned char *blocks, size_t count);
};

/* `use_processor` false: portable C alone, for tests. */
void tbx_sha256_start(struct tbx_sha256 *hash, bool use_processor);
void tbx_sha256_add(struct tbx_sha256 *hash, const void *bytes, size_t size);
void tbx_sha256_finish(struct tbx_sha256 *hash, unsigned char digest[TBX_SHA256_SIZE]);

#endif
