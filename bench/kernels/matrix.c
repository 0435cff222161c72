/* Dense matrix product: strided loads, fused loops, vectors. */
#include "kernel.h"

#include <string.h>

enum { N = 320 };

static double a[N][N], b[N][N], c[N][N];

static void multiply(void) {
    memset(c, 0, sizeof c);
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++) {
            double x = a[i][k];
            for (int j = 0; j < N; j++)
                c[i][j] += x * b[k][j];
        }
}

/* The same product along columns, which no compiler vectorises. */
static double column_trace(void) {
    double trace = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            trace += a[k][i] * b[i][k];
    return trace;
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 90);
    uint64_t state = 1, sum = 0;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (double)(next_random(&state) % 1000) / 1000;
            b[i][j] = (double)(next_random(&state) % 1000) / 1000;
        }
    for (long r = 0; r < rounds; r++) {
        multiply();
        a[r % N][0] = c[N - 1][r % N] / N;
        sum = mix(sum, (uint64_t)(column_trace() * 1000));
    }
    return report("matrix", sum);
}
