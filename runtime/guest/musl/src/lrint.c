/* Rounding to an integer by the current mode: one instruction each. Built with -fno-math-errno,
 * without which the builtins would be calls to these very functions. */

#include <math.h>

long lrint(double x) {
    return __builtin_lrint(x);
}

long lrintf(float x) {
    return __builtin_lrintf(x);
}

long lrintl(long double x) {
    return __builtin_lrintl(x);
}

long long llrint(double x) {
    return __builtin_llrint(x);
}

long long llrintf(float x) {
    return __builtin_llrintf(x);
}

long long llrintl(long double x) {
    return __builtin_llrintl(x);
}
