/* Conversions between 128-bit integers and floating point, and integer powers. */

#include "builtins.h"

/* The top 64 bits of a value of 2^64 or more, the lowest one standing for all that were cut off, so
 * that the conversion of the word to a type of fewer bits rounds once and right. Stores how far it
 * was shifted. */
static uint64_t top_word(tbx_u128 value, int *shift) {
    *shift = 64 - __builtin_clzll((uint64_t)(value >> 64));
    uint64_t lost = *shift == 64 ? (uint64_t)value : (uint64_t)value << (64 - *shift);
    return (uint64_t)(value >> *shift) | (lost != 0);
}

/* 2^shift for 0 < shift <= 64 */
static double power_of_two(int shift) {
    return shift == 64 ? 0x1p64 : (double)((uint64_t)1 << shift);
}

double __floatuntidf(tbx_u128 value) {
    int shift;
    if (!(value >> 64))
        return (double)(uint64_t)value;
    uint64_t word = top_word(value, &shift);
    return (double)word * power_of_two(shift);
}

float __floatuntisf(tbx_u128 value) {
    int shift;
    if (!(value >> 64))
        return (float)(uint64_t)value;
    uint64_t word = top_word(value, &shift);
    return (float)word * (float)power_of_two(shift);
}

/* Both halves are exact in 64 bits of precision; the addition rounds. */
long double __floatuntixf(tbx_u128 value) {
    return (long double)(uint64_t)(value >> 64) * 0x1p64L + (long double)(uint64_t)value;
}

static tbx_u128 magnitude(tbx_i128 value) {
    return value < 0 ? -(tbx_u128)value : (tbx_u128)value;
}

float __floattisf(tbx_i128 value) {
    float result = __floatuntisf(magnitude(value));
    return value < 0 ? -result : result;
}

double __floattidf(tbx_i128 value) {
    double result = __floatuntidf(magnitude(value));
    return value < 0 ? -result : result;
}

long double __floattixf(tbx_i128 value) {
    long double result = __floatuntixf(magnitude(value));
    return value < 0 ? -result : result;
}

/* Scaling by a power of two and the subtraction are exact: float, double and long double have at
 * most 64 bits. */
tbx_u128 __fixunsxfti(long double value) {
    if (!(value > 0))
        return 0;
    if (value < 0x1p64L)
        return (uint64_t)value;
    uint64_t high = (uint64_t)(value * 0x1p-64L);
    uint64_t low = (uint64_t)(value - (long double)high * 0x1p64L);
    return (tbx_u128)high << 64 | low;
}

tbx_u128 __fixunsdfti(double value) {
    return __fixunsxfti(value);
}

tbx_u128 __fixunssfti(float value) {
    return __fixunsxfti(value);
}

tbx_i128 __fixxfti(long double value) {
    return value < 0 ? -(tbx_i128)__fixunsxfti(-value) : (tbx_i128)__fixunsxfti(value);
}

tbx_i128 __fixdfti(double value) {
    return __fixxfti(value);
}

tbx_i128 __fixsfti(float value) {
    return __fixxfti(value);
}

#define TBX_INTEGER_POWER(name, type)                                                              \
    type name(type base, int exponent) {                                                           \
        unsigned left = exponent < 0 ? -(unsigned)exponent : (unsigned)exponent;                   \
        type power = 1;                                                                            \
        for (; left; left >>= 1) {                                                                 \
            if (left & 1)                                                                          \
                power *= base;                                                                     \
            base *= base;                                                                          \
        }                                                                                          \
        return exponent < 0 ? 1 / power : power;                                                   \
    }

TBX_INTEGER_POWER(__powisf2, float)
TBX_INTEGER_POWER(__powidf2, double)
TBX_INTEGER_POWER(__powixf2, long double)
