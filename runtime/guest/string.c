/* The string functions that programs lean on most, sixteen bytes at a time: strlen, strnlen,
 * memchr, strchr, strchrnul, strcmp, strncmp, strcpy, stpcpy.
 *
 * Pointers and strings are the sandboxed program's own. Aligned blocks are read whole, also the
 * bytes before the string and behind its end that share a block with it: they lie in the same page,
 * so they fault only where the string does. */

#include "bytes.h"

TBX_REPLACEABLE size_t strlen(const char *string);
TBX_REPLACEABLE size_t strnlen(const char *string, size_t limit);
TBX_REPLACEABLE void *memchr(const void *memory, int byte, size_t size);
TBX_REPLACEABLE char *strchr(const char *string, int byte);
TBX_REPLACEABLE char *strchrnul(const char *string, int byte);
TBX_REPLACEABLE char *__strchrnul(const char *string, int byte);
TBX_REPLACEABLE int strcmp(const char *left, const char *right);
TBX_REPLACEABLE int strncmp(const char *left, const char *right, size_t limit);
TBX_REPLACEABLE char *strcpy(char *restrict destination, const char *restrict source);
TBX_REPLACEABLE char *stpcpy(char *restrict destination, const char *restrict source);
TBX_REPLACEABLE char *__stpcpy(char *restrict destination, const char *restrict source);
void *memcpy(void *restrict destination, const void *restrict source, size_t size);

enum { BLOCK = 16, PAGE = 4096 };

TBX_INLINE const char *block_of(const void *p) {
    return (const char *)((uintptr_t)p & -(uintptr_t)BLOCK);
}

TBX_INLINE unsigned zeros_in(const char *block) {
    return tbx_equal_mask(tbx_load_v16_aligned(block), (tbx_v16_aligned){0});
}

/* Whether one of the 64 bytes from `block` on is zero: their minimum is. */
TBX_INLINE int has_zero_in_64(const char *block) {
    typedef unsigned char bytes __attribute__((vector_size(16)));
    bytes a = (bytes)tbx_load_v16_aligned(block);
    bytes b = (bytes)tbx_load_v16_aligned(block + 16);
    bytes c = (bytes)tbx_load_v16_aligned(block + 32);
    bytes d = (bytes)tbx_load_v16_aligned(block + 48);
    bytes least =
        __builtin_elementwise_min(__builtin_elementwise_min(a, b), __builtin_elementwise_min(c, d));
    return tbx_equal_mask((tbx_v16_aligned)least, (tbx_v16_aligned){0}) != 0;
}

TBX_INLINE size_t length(const char *string) {
    const char *block = block_of(string);
    unsigned zeros = zeros_in(block) >> (string - block);

    if (zeros)
        return (size_t)__builtin_ctz(zeros);
    for (block += BLOCK; (uintptr_t)block & 63; block += BLOCK) {
        zeros = zeros_in(block);
        if (zeros)
            return (size_t)(block - string) + (size_t)__builtin_ctz(zeros);
    }
    while (!has_zero_in_64(block))
        block += 64;
    while (!(zeros = zeros_in(block)))
        block += BLOCK;
    return (size_t)(block - string) + (size_t)__builtin_ctz(zeros);
}

size_t strlen(const char *string) {
    return length(string);
}

/* Bit i tells whether byte i of the block is `wanted`. */
TBX_INLINE unsigned hits_in(const char *block, tbx_v16_aligned wanted) {
    return tbx_equal_mask(tbx_load_v16_aligned(block), wanted);
}

/* Whether one of the 64 bytes from `block` on is `wanted`. */
TBX_INLINE int has_hit_in_64(const char *block, tbx_v16_aligned wanted) {
    tbx_v16_aligned any = (tbx_v16_aligned)(tbx_load_v16_aligned(block) == wanted) |
                          (tbx_v16_aligned)(tbx_load_v16_aligned(block + 16) == wanted) |
                          (tbx_v16_aligned)(tbx_load_v16_aligned(block + 32) == wanted) |
                          (tbx_v16_aligned)(tbx_load_v16_aligned(block + 48) == wanted);
    return tbx_sign_mask(any) != 0;
}

/* The first of `size` bytes that equals `byte`, or null. */
TBX_INLINE const char *find(const char *memory, int byte, size_t size) {
    const tbx_v16_aligned wanted = tbx_splat(byte);
    const char *block = block_of(memory);
    /* Saturates: a size that reaches behind the address space is no limit. */
    uintptr_t end = (uintptr_t)memory + size;

    if (!size)
        return 0;
    if (end < size)
        end = UINTPTR_MAX;
    unsigned hits = hits_in(block, wanted) >> (memory - block) << (memory - block);
    while (!hits) {
        block += BLOCK;
        while (!((uintptr_t)block & 63) && end - (uintptr_t)block > 64 && (uintptr_t)block < end &&
               !has_hit_in_64(block, wanted))
            block += 64;
        if ((uintptr_t)block >= end)
            return 0;
        hits = hits_in(block, wanted);
    }
    const char *found = block + __builtin_ctz(hits);
    return (uintptr_t)found < end ? found : 0;
}

void *memchr(const void *memory, int byte, size_t size) {
    return (void *)(uintptr_t)find(memory, byte, size);
}

size_t strnlen(const char *string, size_t limit) {
    const char *end = find(string, 0, limit);
    return end ? (size_t)(end - string) : limit;
}

/* All ones in each byte of the block that is `wanted` or zero. */
TBX_INLINE tbx_v16_aligned stops_in(const char *block, tbx_v16_aligned wanted) {
    tbx_v16_aligned bytes = tbx_load_v16_aligned(block);
    return (tbx_v16_aligned)(bytes == wanted) | (tbx_v16_aligned)(bytes == 0);
}

/* The first byte of the string that equals `byte`, or its end. */
TBX_INLINE const char *find_in_string(const char *string, int byte) {
    const tbx_v16_aligned wanted = tbx_splat(byte);
    const char *block = block_of(string);
    unsigned hits = tbx_sign_mask(stops_in(block, wanted)) >> (string - block) << (string - block);
    while (!hits) {
        block += BLOCK;
        while (!((uintptr_t)block & 63) &&
               !tbx_sign_mask(stops_in(block, wanted) | stops_in(block + 16, wanted) |
                              stops_in(block + 32, wanted) | stops_in(block + 48, wanted)))
            block += 64;
        hits = tbx_sign_mask(stops_in(block, wanted));
    }
    return block + __builtin_ctz(hits);
}

char *strchrnul(const char *string, int byte) {
    return (char *)(uintptr_t)find_in_string(string, byte);
}

/* musl's own name for it. */
char *__strchrnul(const char *string, int byte) {
    return (char *)(uintptr_t)find_in_string(string, byte);
}

char *strchr(const char *string, int byte) {
    const char *found = find_in_string(string, byte);
    return *found == (char)byte ? (char *)(uintptr_t)found : 0;
}

/* How many whole blocks can be read from p on without leaving its page. */
TBX_INLINE size_t blocks_in_page(const char *p) {
    return (PAGE - ((uintptr_t)p & (PAGE - 1))) / BLOCK;
}

/* Bit i tells that byte i differs or ends the left string. */
TBX_INLINE unsigned stops_between(const char *left, const char *right) {
    tbx_v16_aligned a = tbx_load_v16(left);
    tbx_v16_aligned same = (tbx_v16_aligned)(a == (tbx_v16_aligned)tbx_load_v16(right));
    return tbx_sign_mask(same & (tbx_v16_aligned)(a != 0)) ^ 0xffff;
}

/* The difference of the first bytes that differ, or 0 if the strings end or the limit is reached
 * before. */
TBX_INLINE int compare(const char *left, const char *right, size_t limit) {
    size_t at = 0;
    while (at < limit) {
        size_t blocks = blocks_in_page(left + at);
        size_t of_right = blocks_in_page(right + at);
        for (blocks = blocks < of_right ? blocks : of_right; blocks > 0; blocks--) {
            unsigned stops = stops_between(left + at, right + at);
            if (stops) {
                size_t stop = at + (size_t)__builtin_ctz(stops);
                return stop < limit ? (unsigned char)left[stop] - (unsigned char)right[stop] : 0;
            }
            at += BLOCK;
        }
        /* Up to the page's end byte by byte, where the next one may not be there. */
        for (unsigned i = 0; i < BLOCK && at < limit; i++, at++)
            if (left[at] != right[at] || !left[at])
                return (unsigned char)left[at] - (unsigned char)right[at];
    }
    return 0;
}

int strcmp(const char *left, const char *right) {
    return compare(left, right, SIZE_MAX);
}

int strncmp(const char *left, const char *right, size_t limit) {
    return compare(left, right, limit);
}

char *strcpy(char *restrict destination, const char *restrict source) {
    return memcpy(destination, source, length(source) + 1);
}

char *stpcpy(char *restrict destination, const char *restrict source) {
    size_t size = length(source);
    memcpy(destination, source, size + 1);
    return destination + size;
}

/* musl's own name for it. */
char *__stpcpy(char *restrict destination, const char *restrict source) {
    return stpcpy(destination, source);
}
