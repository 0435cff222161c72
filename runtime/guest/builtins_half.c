/* Conversions of _Float16 and __bf16, for processors without instructions for them. They round to
 * nearest, ties to even, once: a wider type is first cut to a narrower one with its last bit set if
 * anything was lost ("round to odd"), of which no rounding to fewer bits can tell the difference.
 */

#include "builtins.h"

enum { HALF_INFINITY = 0x7c00, HALF_QUIET = 0x0200, BFLOAT_QUIET = 0x0040 };

/* A value of one type by the bits of another type of that size. */
#define AS(wanted, given, value)                                                                   \
    (((union {                                                                                     \
         given from;                                                                               \
         wanted to;                                                                                \
     }){.from = (value)})                                                                          \
         .to)

float __extendhfsf2(_Float16 value) {
    uint16_t bits = AS(uint16_t, _Float16, value);
    uint32_t sign = (uint32_t)(bits & 0x8000) << 16;
    uint32_t magnitude = bits & 0x7fff;
    if (magnitude < 0x0400) /* 0, and numbers of 2^-24 each */
        return AS(float, uint32_t,
                  sign | AS(uint32_t, float, (float)(int32_t)magnitude * 0x1p-24f));
    if (magnitude > HALF_INFINITY)
        return AS(float, uint32_t, sign | 0x7fc00000 | magnitude << 13);
    if (magnitude == HALF_INFINITY)
        return AS(float, uint32_t, sign | 0x7f800000);
    return AS(float, uint32_t, sign | ((magnitude << 13) + ((127 - 15) << 23)));
}

long double __extendhfxf2(_Float16 value) {
    return __extendhfsf2(value);
}

_Float16 __truncdfhf2(double value) {
    uint64_t bits = AS(uint64_t, double, value);
    uint16_t sign = (uint16_t)(bits >> 48 & 0x8000);
    uint64_t magnitude = bits & INT64_MAX;
    if (magnitude > AS(uint64_t, double, __builtin_inf()))
        return AS(_Float16, uint16_t,
                  sign | HALF_INFINITY | HALF_QUIET | (uint16_t)(magnitude >> 42 & 0x03ff));
    if (magnitude >= AS(uint64_t, double, 65520))
        return AS(_Float16, uint16_t, sign | HALF_INFINITY);
    if (magnitude < AS(uint64_t, double, 0x1p-14)) {
        /* The sum rounds to a multiple of 2^-24, and ends in how many there are. */
        uint64_t sum = AS(uint64_t, double, __builtin_fabs(value) + 0x1p28);
        return AS(_Float16, uint16_t, sign | (uint16_t)(sum & 0x07ff));
    }
    magnitude -= (uint64_t)(1023 - 15) << 52;
    magnitude += ((uint64_t)1 << 41) - 1 + (magnitude >> 42 & 1);
    return AS(_Float16, uint16_t, sign | (uint16_t)(magnitude >> 42));
}

_Float16 __truncsfhf2(float value) {
    return __truncdfhf2(value);
}

static double double_rounded_to_odd(long double value) {
    double near = (double)value;
    uint64_t bits = AS(uint64_t, double, near);
    if (near == value || value != value || (bits & 1))
        return near;
    return AS(double, uint64_t,
              __builtin_fabsl(near) < __builtin_fabsl(value) ? bits + 1 : bits - 1);
}

_Float16 __truncxfhf2(long double value) {
    return __truncdfhf2(double_rounded_to_odd(value));
}

__bf16 __truncsfbf2(float value) {
    uint32_t bits = AS(uint32_t, float, value);
    if (value != value)
        return AS(__bf16, uint16_t, (uint16_t)(bits >> 16 | BFLOAT_QUIET));
    return AS(__bf16, uint16_t, (uint16_t)((bits + 0x7fff + (bits >> 16 & 1)) >> 16));
}

static float float_rounded_to_odd(double value) {
    float near = (float)value;
    uint32_t bits = AS(uint32_t, float, near);
    if (near == value || value != value || (bits & 1))
        return near;
    return AS(float, uint32_t, __builtin_fabs(near) < __builtin_fabs(value) ? bits + 1 : bits - 1);
}

__bf16 __truncdfbf2(double value) {
    return __truncsfbf2(float_rounded_to_odd(value));
}

__bf16 __truncxfbf2(long double value) {
    return __truncdfbf2(double_rounded_to_odd(value));
}
