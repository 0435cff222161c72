/* Variadic calls: sums of integers, doubles and strings, forwarding through va_list, and the
 * library's formatter. */
#include "kernel.h"

#include <stdarg.h>
#include <string.h>

__attribute__((noinline)) static uint64_t sum_integers(int n, ...) {
    va_list arguments;
    uint64_t sum = 0;
    va_start(arguments, n);
    for (int i = 0; i < n; i++)
        sum += va_arg(arguments, unsigned);
    va_end(arguments);
    return sum;
}

__attribute__((noinline)) static double sum_mixed(const char *kinds, ...) {
    va_list arguments;
    double sum = 0;
    va_start(arguments, kinds);
    for (; *kinds != '\0'; kinds++)
        switch (*kinds) {
        case 'i':
            sum += va_arg(arguments, int);
            break;
        case 'd':
            sum += va_arg(arguments, double);
            break;
        default:
            sum += (double)strlen(va_arg(arguments, const char *));
            break;
        }
    va_end(arguments);
    return sum;
}

static int format(char *out, size_t size, const char *how, ...) {
    va_list arguments;
    va_start(arguments, how);
    int length = vsnprintf(out, size, how, arguments);
    va_end(arguments);
    return length;
}

int main(int argc, char **argv) {
    long rounds = scaled(argc, argv, 6000000);
    uint64_t sum = 0;
    char line[128];
    for (long r = 0; r < rounds; r++) {
        unsigned x = (unsigned)r * 2654435761u;
        sum += sum_integers(3, x, x >> 3, x >> 5);
        sum += sum_integers(8, x, 1, x, 2, x, 3, x, 4);
        sum += (uint64_t)sum_mixed("idsid", (int)(x & 255), 0.5, "four", 7, (double)(x & 15));
        if (r % 4 == 0) {
            int length = format(line, sizeof line, "%d %s %lx %5u", (int)x, "text",
                                (unsigned long)r, x & 1023);
            sum = mix(sum, (uint64_t)length + (unsigned char)line[length / 2]);
        }
    }
    return report("variadic", sum);
}
