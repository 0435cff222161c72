/* memory.c, its functions renamed to tbx_NAME, against the C library's over random sizes,
 * alignments and overlaps. */
#include <stdio.h>
#include <string.h>

void *tbx_memcpy(void *, const void *, size_t);
void *tbx_mempcpy(void *, const void *, size_t);
void *tbx_memmove(void *, const void *, size_t);
void *tbx_memset(void *, int, size_t);
int tbx_memcmp(const void *, const void *, size_t);
int tbx_bcmp(const void *, const void *, size_t);

enum { ROUNDS = 300000, SIZE = 4096, HALF = SIZE / 2 };

static unsigned char original[SIZE], expected[SIZE], actual[SIZE];
static unsigned state = 1;

static unsigned next(void) {
    state = state * 1664525 + 1013904223;
    return state >> 8;
}

static int sign(int x) {
    return (x > 0) - (x < 0);
}

/* Returns whether both sides did the same. */
static int copy_round(size_t to, size_t from, size_t size) {
    memmove(expected + to, expected + HALF + from, size);
    if (next() % 2)
        return tbx_memcpy(actual + to, actual + HALF + from, size) == actual + to;
    return tbx_mempcpy(actual + to, actual + HALF + from, size) == actual + to + size;
}

static int move_round(size_t to, size_t from, size_t size) {
    memmove(expected + to, expected + from, size);
    return tbx_memmove(actual + to, actual + from, size) == actual + to;
}

static int set_round(size_t to, size_t size) {
    int byte = (int)next();
    memset(expected + to, byte, size);
    return tbx_memset(actual + to, byte, size) == actual + to;
}

static int compare_round(size_t to, size_t from, size_t size) {
    unsigned char *left = actual + to, *right = actual + HALF + from;
    memcpy(right, left, size);
    if (size > 0 && next() % 4)
        right[next() % size] ^= (unsigned char)next();
    memcpy(expected, actual, SIZE);
    int difference = memcmp(left, right, size);
    return sign(tbx_memcmp(left, right, size)) == sign(difference) &&
           (tbx_bcmp(left, right, size) != 0) == (difference != 0);
}

int main(void) {
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < 4; i++)
            original[next() % SIZE] = (unsigned char)next();
        memcpy(expected, original, SIZE);
        memcpy(actual, original, SIZE);
        size_t size = round % 3 ? next() % 300 : next() % 1500;
        size_t to = next() % 512, from = next() % 512;
        int kind = round % 4;
        int right = kind == 0   ? copy_round(to, from, size)
                    : kind == 1 ? move_round(to, from, size)
                    : kind == 2 ? set_round(to, size)
                                : compare_round(to, from, size);
        if (!right || memcmp(expected, actual, SIZE) != 0) {
            printf("kind %d, size %zu, to %zu, from %zu\n", kind, size, to, from);
            return 1;
        }
    }
    return 0;
}
