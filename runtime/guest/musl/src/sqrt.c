/* Square roots: one instruction each. musl's portable versions compute them bit by bit. */

#include <math.h>

double sqrt(double x) {
    return __builtin_elementwise_sqrt(x);
}

float sqrtf(float x) {
    return __builtin_elementwise_sqrt(x);
}

long double sqrtl(long double x) {
    return __builtin_elementwise_sqrt(x);
}
