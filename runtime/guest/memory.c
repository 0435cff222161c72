/* memcpy, memmove, mempcpy, memset, memcmp, bcmp.
 *
 * Every pointer and length comes from the sandboxed program; a wrong one faults inside the window
 * like any other access. Small sizes are overlapping loads and stores, all loads first, so that
 * they serve overlapping ranges too. */

#include "bytes.h"

TBX_REPLACEABLE void *memcpy(void *restrict destination, const void *restrict source, size_t size);
TBX_REPLACEABLE void *mempcpy(void *restrict destination, const void *restrict source, size_t size);
TBX_REPLACEABLE void *memmove(void *destination, const void *source, size_t size);
TBX_REPLACEABLE void *memset(void *destination, int byte, size_t size);
TBX_REPLACEABLE int memcmp(const void *left, const void *right, size_t size);
TBX_REPLACEABLE int bcmp(const void *left, const void *right, size_t size);

/* Any size up to 16. */
TBX_INLINE void copy_at_most_16(char *d, const char *s, size_t size) {
    if (size >= 8) {
        uint64_t head = tbx_load_u64(s);
        uint64_t tail = tbx_load_u64(s + size - 8);
        tbx_store_u64(d, head);
        tbx_store_u64(d + size - 8, tail);
    } else if (size >= 4) {
        uint32_t head = tbx_load_u32(s);
        uint32_t tail = tbx_load_u32(s + size - 4);
        tbx_store_u32(d, head);
        tbx_store_u32(d + size - 4, tail);
    } else if (size) {
        /* Three bytes at most, some of them twice: fewer branches than a case for each size. */
        char head = s[0];
        char middle = s[size >> 1];
        char tail = s[size - 1];
        d[0] = head;
        d[size >> 1] = middle;
        d[size - 1] = tail;
    }
}

/* 17 to 32 bytes. */
TBX_INLINE void copy_at_most_32(char *d, const char *s, size_t size) {
    tbx_v16 head = tbx_load_v16(s);
    tbx_v16 tail = tbx_load_v16(s + size - 16);
    tbx_store_v16(d, head);
    tbx_store_v16(d + size - 16, tail);
}

/* 33 to 64 bytes. */
TBX_INLINE void copy_at_most_64(char *d, const char *s, size_t size) {
    tbx_v16 a = tbx_load_v16(s);
    tbx_v16 b = tbx_load_v16(s + 16);
    tbx_v16 y = tbx_load_v16(s + size - 32);
    tbx_v16 z = tbx_load_v16(s + size - 16);
    tbx_store_v16(d, a);
    tbx_store_v16(d + 16, b);
    tbx_store_v16(d + size - 32, y);
    tbx_store_v16(d + size - 16, z);
}

/* 65 to 128 bytes. */
TBX_INLINE void copy_at_most_128(char *d, const char *s, size_t size) {
    tbx_v16 a = tbx_load_v16(s);
    tbx_v16 b = tbx_load_v16(s + 16);
    tbx_v16 c = tbx_load_v16(s + 32);
    tbx_v16 e = tbx_load_v16(s + 48);
    tbx_v16 w = tbx_load_v16(s + size - 64);
    tbx_v16 x = tbx_load_v16(s + size - 48);
    tbx_v16 y = tbx_load_v16(s + size - 32);
    tbx_v16 z = tbx_load_v16(s + size - 16);
    tbx_store_v16(d, a);
    tbx_store_v16(d + 16, b);
    tbx_store_v16(d + 32, c);
    tbx_store_v16(d + 48, e);
    tbx_store_v16(d + size - 64, w);
    tbx_store_v16(d + size - 48, x);
    tbx_store_v16(d + size - 32, y);
    tbx_store_v16(d + size - 16, z);
}

/* More than 128 bytes, upwards: right for overlapping ranges too when the destination is below the
 * source. The first 16 and the last 64 bytes are loaded before anything is stored and stored last,
 * unaligned; between them the stores are aligned. */
TBX_INLINE void copy_upwards(char *d, const char *s, size_t size) {
    tbx_v16 head = tbx_load_v16(s);
    tbx_v16 w = tbx_load_v16(s + size - 64);
    tbx_v16 x = tbx_load_v16(s + size - 48);
    tbx_v16 y = tbx_load_v16(s + size - 32);
    tbx_v16 z = tbx_load_v16(s + size - 16);
    size_t skip = 16 - ((uintptr_t)d & 15);
    char *to = d + skip;
    const char *from = s + skip;
    char *last = d + size - 64;

    do {
        tbx_v16 a = tbx_load_v16(from);
        tbx_v16 b = tbx_load_v16(from + 16);
        tbx_v16 c = tbx_load_v16(from + 32);
        tbx_v16 e = tbx_load_v16(from + 48);
        tbx_store_v16_aligned(to, a);
        tbx_store_v16_aligned(to + 16, b);
        tbx_store_v16_aligned(to + 32, c);
        tbx_store_v16_aligned(to + 48, e);
        to += 64;
        from += 64;
    } while (to < last);
    tbx_store_v16(d, head);
    tbx_store_v16(last, w);
    tbx_store_v16(last + 16, x);
    tbx_store_v16(last + 32, y);
    tbx_store_v16(last + 48, z);
}

/* More than 128 bytes, downwards: for a destination that begins inside the source. */
TBX_INLINE void copy_downwards(char *d, const char *s, size_t size) {
    tbx_v16 w = tbx_load_v16(s);
    tbx_v16 x = tbx_load_v16(s + 16);
    tbx_v16 y = tbx_load_v16(s + 32);
    tbx_v16 z = tbx_load_v16(s + 48);
    tbx_v16 tail = tbx_load_v16(s + size - 16);
    size_t skip = (uintptr_t)(d + size) & 15;
    char *to = d + size - skip;
    const char *from = s + size - skip;
    char *first = d + 64;

    do {
        to -= 64;
        from -= 64;
        tbx_v16 a = tbx_load_v16(from);
        tbx_v16 b = tbx_load_v16(from + 16);
        tbx_v16 c = tbx_load_v16(from + 32);
        tbx_v16 e = tbx_load_v16(from + 48);
        tbx_store_v16_aligned(to, a);
        tbx_store_v16_aligned(to + 16, b);
        tbx_store_v16_aligned(to + 32, c);
        tbx_store_v16_aligned(to + 48, e);
    } while (to > first);
    tbx_store_v16(d + size - 16, tail);
    tbx_store_v16(d, w);
    tbx_store_v16(d + 16, x);
    tbx_store_v16(d + 32, y);
    tbx_store_v16(d + 48, z);
}

/* Sizes up to 128; false for a larger one. */
TBX_INLINE int copy_small(char *d, const char *s, size_t size) {
    if (size <= 16)
        copy_at_most_16(d, s, size);
    else if (size <= 32)
        copy_at_most_32(d, s, size);
    else if (size <= 64)
        copy_at_most_64(d, s, size);
    else if (size <= 128)
        copy_at_most_128(d, s, size);
    else
        return 0;
    return 1;
}

void *memcpy(void *restrict destination, const void *restrict source, size_t size) {
    if (!copy_small(destination, source, size))
        copy_upwards(destination, source, size);
    return destination;
}

void *mempcpy(void *restrict destination, const void *restrict source, size_t size) {
    if (!copy_small(destination, source, size))
        copy_upwards(destination, source, size);
    return (char *)destination + size;
}

void *memmove(void *destination, const void *source, size_t size) {
    if (!copy_small(destination, source, size)) {
        if ((uintptr_t)destination - (uintptr_t)source >= size)
            copy_upwards(destination, source, size);
        else
            copy_downwards(destination, source, size);
    }
    return destination;
}

/* Any size up to 16; word is the byte eight times. */
TBX_INLINE void set_at_most_16(char *d, uint64_t word, size_t size) {
    if (size >= 8) {
        tbx_store_u64(d, word);
        tbx_store_u64(d + size - 8, word);
    } else if (size >= 4) {
        tbx_store_u32(d, (uint32_t)word);
        tbx_store_u32(d + size - 4, (uint32_t)word);
    } else if (size) {
        d[0] = (char)word;
        d[size >> 1] = (char)word;
        d[size - 1] = (char)word;
    }
}

/* More than 128 bytes. */
TBX_INLINE void set_many(char *d, tbx_v16 fill, size_t size) {
    char *last = d + size - 64;
    char *to = d + 16 - ((uintptr_t)d & 15);

    tbx_store_v16(d, fill);
    do {
        tbx_store_v16_aligned(to, fill);
        tbx_store_v16_aligned(to + 16, fill);
        tbx_store_v16_aligned(to + 32, fill);
        tbx_store_v16_aligned(to + 48, fill);
        to += 64;
    } while (to < last);
    tbx_store_v16(last, fill);
    tbx_store_v16(last + 16, fill);
    tbx_store_v16(last + 32, fill);
    tbx_store_v16(last + 48, fill);
}

void *memset(void *destination, int byte, size_t size) {
    char *d = destination;

    if (size <= 16) {
        set_at_most_16(d, (unsigned char)byte * 0x0101010101010101u, size);
        return destination;
    }
    tbx_v16 fill = tbx_splat(byte);
    if (size > 128) {
        set_many(d, fill, size);
        return destination;
    }
    /* Below 32, the inner blocks are the outer ones again: cheaper than a branch that is not
     * foreseen. */
    size_t inner = size < 64 ? (size >> 1) & 16 : 16;
    tbx_store_v16(d, fill);
    tbx_store_v16(d + inner, fill);
    tbx_store_v16(d + size - 16 - inner, fill);
    tbx_store_v16(d + size - 16, fill);
    if (size >= 64) {
        tbx_store_v16(d + 32, fill);
        tbx_store_v16(d + 48, fill);
        tbx_store_v16(d + size - 64, fill);
        tbx_store_v16(d + size - 48, fill);
    }
    return destination;
}

/* The sign of left - right, both read as big-endian numbers from memory. */
TBX_INLINE int compare_words(uint64_t left, uint64_t right) {
    left = __builtin_bswap64(left);
    right = __builtin_bswap64(right);
    return (left > right) - (left < right);
}

/* Any size up to 16. */
TBX_INLINE int compare_at_most_16(const unsigned char *l, const unsigned char *r, size_t size) {
    if (size >= 8) {
        uint64_t a = tbx_load_u64(l);
        uint64_t b = tbx_load_u64(r);
        if (a != b)
            return compare_words(a, b);
        return compare_words(tbx_load_u64(l + size - 8), tbx_load_u64(r + size - 8));
    }
    if (size >= 4) {
        uint64_t a = (uint64_t)tbx_load_u32(l) | (uint64_t)tbx_load_u32(l + size - 4) << 32;
        uint64_t b = (uint64_t)tbx_load_u32(r) | (uint64_t)tbx_load_u32(r + size - 4) << 32;
        return compare_words(a, b);
    }
    for (size_t i = 0; i < size; i++)
        if (l[i] != r[i])
            return l[i] - r[i];
    return 0;
}

/* The difference of the first bytes at l and r that differ: bit i of unequal stands for byte i. */
TBX_INLINE int first_difference(const unsigned char *l, const unsigned char *r, unsigned unequal) {
    unsigned i = (unsigned)__builtin_ctz(unequal);
    return l[i] - r[i];
}

TBX_INLINE unsigned unequal_mask(const unsigned char *l, const unsigned char *r) {
    return tbx_equal_mask(tbx_load_v16(l), tbx_load_v16(r)) ^ 0xffff;
}

/* Whether 64 bytes are all equal. */
TBX_INLINE int equal_64(const unsigned char *l, const unsigned char *r) {
    tbx_v16 a = tbx_load_v16(l) ^ tbx_load_v16(r);
    tbx_v16 b = tbx_load_v16(l + 16) ^ tbx_load_v16(r + 16);
    tbx_v16 c = tbx_load_v16(l + 32) ^ tbx_load_v16(r + 32);
    tbx_v16 d = tbx_load_v16(l + 48) ^ tbx_load_v16(r + 48);
    return tbx_equal_mask(a | b | c | d, (tbx_v16_aligned){0}) == 0xffff;
}

int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *l = left;
    const unsigned char *r = right;
    size_t i = 0;

    if (size <= 16)
        return compare_at_most_16(l, r, size);
    size_t last = size - 16;
    while (size - i >= 64 && equal_64(l + i, r + i))
        i += 64;
    for (; i < last; i += 16) {
        unsigned unequal = unequal_mask(l + i, r + i);
        if (unequal)
            return first_difference(l + i, r + i, unequal);
    }
    unsigned unequal = unequal_mask(l + last, r + last);
    return unequal ? first_difference(l + last, r + last, unequal) : 0;
}

int bcmp(const void *left, const void *right, size_t size) {
    return memcmp(left, right, size);
}
