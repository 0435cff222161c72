/* builtins_half.c, its functions renamed to tbx_NAME: _Float16 against the arithmetic of the
 * compiler that builds this,
 * __bf16 against its neighbours. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

float tbx___extendhfsf2(_Float16);
long double tbx___extendhfxf2(_Float16);
_Float16 tbx___truncsfhf2(float);
_Float16 tbx___truncdfhf2(double);
_Float16 tbx___truncxfhf2(long double);
__bf16 tbx___truncsfbf2(float);
__bf16 tbx___truncdfbf2(double);
__bf16 tbx___truncxfbf2(long double);

enum { ROUNDS = 3000000 };

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

static _Float16 half_of(uint16_t bits) {
    _Float16 value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static uint16_t bits_of_half(_Float16 value) {
    uint16_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static uint16_t bits_of_bfloat(__bf16 value) {
    uint16_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

static double bfloat_value(uint16_t bits) {
    uint32_t wide = (uint32_t)bits << 16;
    float value;
    memcpy(&value, &wide, sizeof value);
    /* What lies behind the largest number is one step further, for the rounding to infinity. */
    return isinf(value) ? copysign(0x1p128, value) : value;
}

/* A half or the middle between two, and sometimes a little beside it; or any number of about that
 * size. */
static long double number(void) {
    long double base = half_of((uint16_t)next() & 0xfbff);
    switch (next() % 4) {
    case 0:
        return ldexpl((long double)(int64_t)next(), (int)(next() % 60) - 90);
    case 1:
        base = (base + (long double)half_of((bits_of_half((_Float16)base) + 1) & 0xfbff)) / 2;
    }
    int step = (int)(next() % 3) - 1;
    return base + step * fabsl(base) * ldexpl(1, -(int)(next() % 60) - 5);
}

static int extends(uint16_t bits) {
    _Float16 value = half_of(bits);
    float wide = tbx___extendhfsf2(value);
    if (isnan(wide))
        return (bits & 0x7fff) > 0x7c00 && isnan(tbx___extendhfxf2(value));
    return wide == (float)value && signbit(wide) == bits >> 15 &&
           tbx___extendhfxf2(value) == wide && bits_of_half(tbx___truncsfhf2(wide)) == bits;
}

static int truncates(long double value) {
    return bits_of_half(tbx___truncxfhf2(value)) == bits_of_half((_Float16)value) &&
           bits_of_half(tbx___truncdfhf2((double)value)) == bits_of_half((_Float16)(double)value) &&
           bits_of_half(tbx___truncsfhf2((float)value)) == bits_of_half((_Float16)(float)value);
}

/* Whether no neighbour is nearer, and none that is as near is even where this is odd. */
static int is_nearest(uint16_t bits, long double value) {
    long double here = fabsl(bfloat_value(bits) - value);
    long double above = fabsl(bfloat_value((uint16_t)(bits + 1)) - value);
    long double below =
        bits & 0x7fff ? fabsl(bfloat_value((uint16_t)(bits - 1)) - value) : here + 1;
    if (above < here || below < here)
        return 0;
    return (bits & 1) == 0 || (above > here && below > here);
}

static int rounds_to_bfloat(long double value) {
    return is_nearest(bits_of_bfloat(tbx___truncxfbf2(value)), value) &&
           is_nearest(bits_of_bfloat(tbx___truncdfbf2((double)value)), (double)value) &&
           is_nearest(bits_of_bfloat(tbx___truncsfbf2((float)value)), (float)value);
}

int main(void) {
    for (unsigned bits = 0; bits <= UINT16_MAX; bits++) {
        if (!extends((uint16_t)bits)) {
            printf("half %04x\n", bits);
            return 1;
        }
    }
    for (int round = 0; round < ROUNDS; round++) {
        long double value = number();
        long double wide = ldexpl(value, (int)(next() % 200) - 100);
        if (!truncates(value) || !rounds_to_bfloat(value) || !rounds_to_bfloat(wide)) {
            printf("number %La %La\n", value, wide);
            return 1;
        }
    }
    int nan = isnan((float)tbx___truncsfhf2(NAN)) &&
              (bits_of_bfloat(tbx___truncdfbf2(-NAN)) & 0x7fff) > 0x7f80;
    int infinite = bits_of_half(tbx___truncdfhf2(-INFINITY)) == 0xfc00 &&
                   bits_of_bfloat(tbx___truncxfbf2(INFINITY)) == 0x7f80;
    return nan && infinite ? 0 : 1;
}
