/* Conversions of _Float16 and __bf16, for processors without instructions for them. They round to
 * nearest, ties to even, once: a wider type is first cut to a narrower one with its last bit set if
 * anything was lost ("round to odd"), of which no rounding to fewer bits can tell the difference.
 */

#include "builtins.h"

enum { HALF_INFINITY = 0x7c00, HALF_QUIET = 0x0200, BFLOAT_QUIET = 0x0040 };

static uint64_t bits_of_double(double value) {
    union {
        double value;
        uint64_t bits;
    } word = {.value = value};
    return word.bits;
}

static uint32_t bits_of_float(float value) {
    union {
        float value;
        uint32_t bits;
    } word = {.value = value};
    return word.bits;
}

static float float_of(uint32_t bits) {
    union {
        uint32_t bits;
        float value;
    } word = {.bits = bits};
    return word.value;
}

static _Float16 half_of(uint16_t bits) {
    union {
        uint16_t bits;
        _Float16 value;
    } word = {.bits = bits};
    return word.value;
}

static __bf16 bfloat_of(uint16_t bits) {
    union {
        uint16_t bits;
        __bf16 value;
    } word = {.bits = bits};
    return word.value;
}

float __extendhfsf2(_Float16 value) {
    union {
        _Float16 value;
        uint16_t bits;
    } half = {.value = value};
    uint32_t sign = (uint32_t)(half.bits & 0x8000) << 16;
    uint32_t magnitude = half.bits & 0x7fff;
    if (magnitude < 0x0400) /* 0, and numbers of 2^-24 each */
        return float_of(sign | bits_of_float((float)(int32_t)magnitude * 0x1p-24f));
    if (magnitude > HALF_INFINITY)
        return float_of(sign | 0x7fc00000 | magnitude << 13);
    if (magnitude == HALF_INFINITY)
        return float_of(sign | 0x7f800000);
    return float_of(sign | ((magnitude << 13) + ((127 - 15) << 23)));
}

long double __extendhfxf2(_Float16 value) {
    return __extendhfsf2(value);
}

_Float16 __truncdfhf2(double value) {
    uint64_t bits = bits_of_double(value);
    uint16_t sign = (uint16_t)(bits >> 48 & 0x8000);
    uint64_t magnitude = bits & INT64_MAX;
    if (magnitude > bits_of_double(__builtin_inf()))
        return half_of(sign | HALF_INFINITY | HALF_QUIET | (uint16_t)(magnitude >> 42 & 0x03ff));
    if (magnitude >= bits_of_double(65520))
        return half_of(sign | HALF_INFINITY);
    if (magnitude < bits_of_double(0x1p-14)) {
        /* The sum rounds to a multiple of 2^-24, and ends in how many there are. */
        uint64_t sum = bits_of_double(__builtin_fabs(value) + 0x1p28);
        return half_of(sign | (uint16_t)(sum & 0x07ff));
    }
    magnitude -= (uint64_t)(1023 - 15) << 52;
    magnitude += ((uint64_t)1 << 41) - 1 + (magnitude >> 42 & 1);
    return half_of(sign | (uint16_t)(magnitude >> 42));
}

_Float16 __truncsfhf2(float value) {
    return __truncdfhf2(value);
}

static double double_rounded_to_odd(long double value) {
    union {
        double value;
        uint64_t bits;
    } near = {.value = (double)value};
    if (near.value == value || value != value || (near.bits & 1))
        return near.value;
    near.bits += __builtin_fabsl(near.value) < __builtin_fabsl(value) ? 1 : (uint64_t)-1;
    return near.value;
}

_Float16 __truncxfhf2(long double value) {
    return __truncdfhf2(double_rounded_to_odd(value));
}

__bf16 __truncsfbf2(float value) {
    uint32_t bits = bits_of_float(value);
    if (value != value)
        return bfloat_of((uint16_t)(bits >> 16 | BFLOAT_QUIET));
    return bfloat_of((uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16));
}

static float float_rounded_to_odd(double value) {
    float near = (float)value;
    uint32_t bits = bits_of_float(near);
    if (near == value || value != value || (bits & 1))
        return near;
    return float_of(__builtin_fabs(near) < __builtin_fabs(value) ? bits + 1 : bits - 1);
}

__bf16 __truncdfbf2(double value) {
    return __truncsfbf2(float_rounded_to_odd(value));
}

__bf16 __truncxfbf2(long double value) {
    return __truncdfbf2(double_rounded_to_odd(value));
}
