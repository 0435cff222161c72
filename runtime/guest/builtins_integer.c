/* 128-bit integer routines that LLVM's code generator calls.
 *
 * The names and signatures are those of the compiler's run-time library; the arguments come in
 * registers, and division by zero traps as it does for machine integers. */

#include <stdint.h>

#include "builtins.h"

typedef union {
    tbx_u128 whole;
    struct {
        uint64_t low, high;
    };
} halves;

/* (high:low) / divisor with the divisor's top bit set and high < divisor, by two digits of 32 bits
 * (Knuth's algorithm D). Stores the remainder. The 128-by-64-bit divide instruction is not to be
 * had without inline assembly. */
static uint64_t divide_normalised(uint64_t high, uint64_t low, uint64_t divisor,
                                  uint64_t *remainder) {
    const uint64_t divisor_high = divisor >> 32;
    const uint64_t divisor_low = (uint32_t)divisor;
    uint64_t quotient = 0;

    for (int shift = 32; shift >= 0; shift -= 32) {
        uint64_t next = (uint32_t)(low >> shift);
        uint64_t digit = high / divisor_high;
        uint64_t rest = high % divisor_high;

        while (digit >> 32 || digit * divisor_low > (rest << 32 | next)) {
            digit--;
            rest += divisor_high;
            if (rest >> 32)
                break;
        }
        high = (high << 32 | next) - digit * divisor;
        quotient = quotient << 32 | digit;
    }
    *remainder = high;
    return quotient;
}

/* dividend / divisor for a divisor below 2^64. */
static tbx_u128 divide_by_word(halves dividend, uint64_t divisor, uint64_t *remainder) {
    halves quotient = {.high = dividend.high / divisor};
    int shift = __builtin_clzll(divisor);
    halves rest = {.low = dividend.low, .high = dividend.high % divisor};

    rest.whole <<= shift;
    quotient.low = divide_normalised(rest.high, rest.low, divisor << shift, remainder);
    *remainder >>= shift;
    return quotient.whole;
}

/* dividend / divisor for a divisor of 2^64 or more: the estimate by the divisor's top 64 bits is at
 * most one too large, so one is taken off and a correction step puts it back. */
static tbx_u128 divide_by_two_words(tbx_u128 dividend, tbx_u128 divisor, tbx_u128 *remainder) {
    halves half = {.whole = dividend >> 1};
    int shift = __builtin_clzll((uint64_t)(divisor >> 64));
    uint64_t top = (uint64_t)((divisor << shift) >> 64);
    uint64_t unused;
    uint64_t quotient = divide_normalised(half.high, half.low, top, &unused) >> (63 - shift);

    if (quotient)
        quotient--;
    *remainder = dividend - quotient * divisor;
    if (*remainder >= divisor) {
        quotient++;
        *remainder -= divisor;
    }
    return quotient;
}

/* remainder may be null. */
tbx_u128 __udivmodti4(tbx_u128 dividend, tbx_u128 divisor, tbx_u128 *remainder) {
    tbx_u128 rest;
    tbx_u128 quotient;

    if (divisor >> 64) {
        quotient = divide_by_two_words(dividend, divisor, &rest);
    } else if (dividend >> 64) {
        uint64_t word;
        quotient = divide_by_word((halves){.whole = dividend}, (uint64_t)divisor, &word);
        rest = word;
    } else {
        quotient = (uint64_t)dividend / (uint64_t)divisor;
        rest = (uint64_t)dividend % (uint64_t)divisor;
    }
    if (remainder)
        *remainder = rest;
    return quotient;
}

tbx_u128 __udivti3(tbx_u128 dividend, tbx_u128 divisor) {
    return __udivmodti4(dividend, divisor, 0);
}

tbx_u128 __umodti3(tbx_u128 dividend, tbx_u128 divisor) {
    tbx_u128 remainder;
    __udivmodti4(dividend, divisor, &remainder);
    return remainder;
}

static tbx_u128 magnitude(tbx_i128 value) {
    return value < 0 ? -(tbx_u128)value : (tbx_u128)value;
}

tbx_i128 __divti3(tbx_i128 dividend, tbx_i128 divisor) {
    tbx_u128 quotient = __udivti3(magnitude(dividend), magnitude(divisor));
    return (tbx_i128)((dividend < 0) != (divisor < 0) ? -quotient : quotient);
}

tbx_i128 __modti3(tbx_i128 dividend, tbx_i128 divisor) {
    tbx_u128 remainder = __umodti3(magnitude(dividend), magnitude(divisor));
    return (tbx_i128)(dividend < 0 ? -remainder : remainder);
}

tbx_i128 __divmodti4(tbx_i128 dividend, tbx_i128 divisor, tbx_i128 *remainder) {
    tbx_i128 quotient = __divti3(dividend, divisor);
    *remainder = (tbx_i128)((tbx_u128)dividend - (tbx_u128)quotient * (tbx_u128)divisor);
    return quotient;
}

/* 64 x 64 bits is one instruction, so this is not a call to itself. */
tbx_i128 __multi3(tbx_i128 left, tbx_i128 right) {
    halves l = {.whole = (tbx_u128)left};
    halves r = {.whole = (tbx_u128)right};
    halves product = {.whole = (tbx_u128)l.low * r.low};

    product.high += l.high * r.low + l.low * r.high;
    return (tbx_i128)product.whole;
}

/* Stores whether the product does not fit. */
tbx_i128 __muloti4(tbx_i128 left, tbx_i128 right, int *overflow) {
    tbx_u128 l = magnitude(left);
    tbx_u128 r = magnitude(right);
    int negative = (left < 0) != (right < 0);
    tbx_u128 limit = ((tbx_u128)1 << 127) - !negative;
    tbx_u128 product = l * r;

    *overflow = r != 0 && l > limit / r;
    return (tbx_i128)(negative ? -product : product);
}

/* Shifts by the 64-bit half, so that they are not calls to themselves. */
tbx_i128 __ashlti3(tbx_i128 value, int count) {
    halves v = {.whole = (tbx_u128)value};

    if (count & 64)
        return (tbx_i128)(halves){.high = v.low << (count & 63)}.whole;
    if (!count)
        return value;
    return (tbx_i128)(halves){.low = v.low << count,
                              .high = v.high << count | v.low >> (64 - count)}
        .whole;
}

tbx_u128 __lshrti3(tbx_u128 value, int count) {
    halves v = {.whole = value};

    if (count & 64)
        return (halves){.low = v.high >> (count & 63)}.whole;
    if (!count)
        return value;
    return (halves){.low = v.low >> count | v.high << (64 - count), .high = v.high >> count}.whole;
}

tbx_i128 __ashrti3(tbx_i128 value, int count) {
    halves v = {.whole = (tbx_u128)value};
    int64_t high = (int64_t)v.high;

    if (count & 64)
        return (tbx_i128)(halves){.low = (uint64_t)(high >> (count & 63)),
                                  .high = (uint64_t)(high >> 63)}
            .whole;
    if (!count)
        return value;
    return (tbx_i128)(halves){.low = v.low >> count | v.high << (64 - count),
                              .high = (uint64_t)(high >> count)}
        .whole;
}

int __popcountdi2(uint64_t value) {
    value -= value >> 1 & 0x5555555555555555u;
    value = (value & 0x3333333333333333u) + (value >> 2 & 0x3333333333333333u);
    value = (value + (value >> 4)) & 0x0f0f0f0f0f0f0f0fu;
    return (int)(value * 0x0101010101010101u >> 56);
}

int __popcountti2(tbx_u128 value) {
    return __popcountdi2((uint64_t)value) + __popcountdi2((uint64_t)(value >> 64));
}
