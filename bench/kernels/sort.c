/* Sorting: quicksort written out, heapsort, and the library's qsort with a callback. */
#include "kernel.h"

#include <string.h>

enum { N = 200000 };

static uint32_t original[N], work[N];

static void quicksort(uint32_t *v, long low, long high) {
    while (low < high) {
        uint32_t pivot = v[(low + high) / 2];
        long i = low, j = high;
        while (i <= j) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i <= j) {
                uint32_t t = v[i];
                v[i++] = v[j];
                v[j--] = t;
            }
        }
        if (j - low < high - i) {
            quicksort(v, low, j);
            low = i;
        } else {
            quicksort(v, i, high);
            high = j;
        }
    }
}

static void sift_down(uint32_t *v, long root, long end) {
    uint32_t moved = v[root];
    for (long child; (child = 2 * root + 1) < end; root = child) {
        if (child + 1 < end && v[child] < v[child + 1])
            child++;
        if (v[child] <= moved)
            break;
        v[root] = v[child];
    }
    v[root] = moved;
}

static void heapsort_array(uint32_t *v, long n) {
    for (long i = n / 2; i-- > 0;)
        sift_down(v, i, n);
    for (long end = n; --end > 0;) {
        uint32_t t = v[0];
        v[0] = v[end];
        v[end] = t;
        sift_down(v, 0, end);
    }
}

static int ascending(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

static uint64_t checksum(void) {
    uint64_t sum = 0;
    for (long i = 0; i < N; i += 997)
        sum = mix(sum, work[i]);
    return sum;
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 10);
    uint64_t state = 2, sum = 0;
    for (long r = 0; r < rounds; r++) {
        for (long i = 0; i < N; i++)
            original[i] = (uint32_t)next_random(&state);
        memcpy(work, original, sizeof work);
        quicksort(work, 0, N - 1);
        sum = mix(sum, checksum());
        memcpy(work, original, sizeof work);
        heapsort_array(work, N);
        sum = mix(sum, checksum());
        memcpy(work, original, sizeof work);
        qsort(work, N, sizeof *work, ascending);
        sum = mix(sum, checksum());
    }
    return report("sort", sum);
}
