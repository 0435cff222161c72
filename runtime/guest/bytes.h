/* Unaligned words and 16-byte vectors over untyped memory, for the memory and string routines.
 *
 * Built with -fno-builtin: a loop here must not be recognised as a call to the function that it is
 * in. SSE2 is all that x86-64 promises. */
#ifndef TBX_BYTES_H
#define TBX_BYTES_H

#include <stddef.h>
#include <stdint.h>

typedef uint32_t tbx_u32 __attribute__((aligned(1), may_alias));
typedef uint64_t tbx_u64 __attribute__((aligned(1), may_alias));
typedef char tbx_v16 __attribute__((vector_size(16), aligned(1), may_alias));
typedef char tbx_v16_aligned __attribute__((vector_size(16), aligned(16), may_alias));

/* A program may define a function of this name itself, and it may need another one of the same
 * file. */
#define TBX_REPLACEABLE __attribute__((weak))

#define TBX_INLINE static inline __attribute__((always_inline))

TBX_INLINE uint64_t tbx_load_u64(const void *p) {
    return *(const tbx_u64 *)p;
}

TBX_INLINE uint32_t tbx_load_u32(const void *p) {
    return *(const tbx_u32 *)p;
}

TBX_INLINE tbx_v16 tbx_load_v16(const void *p) {
    return *(const tbx_v16 *)p;
}

/* p is 16-byte aligned; such a load never crosses into a page that its first byte is not in, so it
 * may read bytes beyond the object. */
TBX_INLINE tbx_v16_aligned tbx_load_v16_aligned(const void *p) {
    return *(const tbx_v16_aligned *)p;
}

TBX_INLINE void tbx_store_u64(void *p, uint64_t value) {
    *(tbx_u64 *)p = value;
}

TBX_INLINE void tbx_store_u32(void *p, uint32_t value) {
    *(tbx_u32 *)p = value;
}

TBX_INLINE void tbx_store_v16(void *p, tbx_v16 value) {
    *(tbx_v16 *)p = value;
}

TBX_INLINE void tbx_store_v16_aligned(void *p, tbx_v16 value) {
    *(tbx_v16_aligned *)p = value;
}

/* Bit i is the sign bit of byte i. */
TBX_INLINE unsigned tbx_sign_mask(tbx_v16_aligned bytes) {
    return (unsigned)__builtin_ia32_pmovmskb128(bytes);
}

TBX_INLINE tbx_v16_aligned tbx_splat(int byte) {
    return (tbx_v16_aligned){0} + (char)byte;
}

/* Bit i tells whether byte i of a and of b are equal. */
TBX_INLINE unsigned tbx_equal_mask(tbx_v16_aligned a, tbx_v16_aligned b) {
    return tbx_sign_mask((tbx_v16_aligned)(a == b));
}

#endif
