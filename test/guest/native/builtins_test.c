/* builtins_*.c, their functions renamed to tbx_NAME, against the arithmetic of the compiler that
 * builds this. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>

typedef unsigned __int128 u128;
typedef __int128 i128;

u128 tbx___udivmodti4(u128, u128, u128 *);
i128 tbx___divti3(i128, i128);
i128 tbx___modti3(i128, i128);
i128 tbx___divmodti4(i128, i128, i128 *);
i128 tbx___multi3(i128, i128);
i128 tbx___muloti4(i128, i128, int *);
i128 tbx___ashlti3(i128, int);
u128 tbx___lshrti3(u128, int);
i128 tbx___ashrti3(i128, int);
int tbx___popcountti2(u128);
float tbx___floatuntisf(u128);
double tbx___floatuntidf(u128);
long double tbx___floatuntixf(u128);
double tbx___floattidf(i128);
long double tbx___floattixf(i128);
u128 tbx___fixunsdfti(double);
i128 tbx___fixxfti(long double);
double tbx___powidf2(double, int);
_Complex double tbx___muldc3(double, double, double, double);
_Complex double tbx___divdc3(double, double, double, double);

enum { ROUNDS = 300000 };

static uint64_t state = 88172645463325252u;

static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    return state ^= state << 17;
}

/* Of any number of bits, often a power of two, one below it, or negative. */
static u128 integer(void) {
    u128 value = ((u128)next() << 64 | next()) >> next() % 128;
    if (next() % 8 == 0)
        value = (u128)1 << next() % 128;
    if (next() % 8 == 0)
        value--;
    return next() % 4 == 0 ? ~value : value;
}

static double real(void) {
    static const double special[] = {0, -0., 1, -1, INFINITY, -INFINITY, NAN, 3};
    if (next() % 3 == 0)
        return special[next() % 8];
    return ldexp((double)(int64_t)next(), (int)(next() % 400) - 260);
}

static int division_agrees(u128 a, u128 b) {
    u128 rest;
    i128 signed_rest, l = (i128)a, r = (i128)b;
    if (b == 0)
        return 1;
    if (tbx___udivmodti4(a, b, &rest) != a / b || rest != a % b)
        return 0;
    if (r == -1 && l == (i128)((u128)1 << 127))
        return 1;
    return tbx___divti3(l, r) == l / r && tbx___modti3(l, r) == l % r &&
           tbx___divmodti4(l, r, &signed_rest) == l / r && signed_rest == l % r;
}

static int product_agrees(u128 a, u128 b) {
    int overflow;
    i128 product, wanted;
    int wanted_overflow = __builtin_mul_overflow((i128)a, (i128)b, &wanted);
    product = tbx___muloti4((i128)a, (i128)b, &overflow);
    return (u128)tbx___multi3((i128)a, (i128)b) == a * b && product == wanted &&
           overflow == wanted_overflow;
}

static int shifts_agree(u128 a, int count) {
    return (u128)tbx___ashlti3((i128)a, count) == a << count &&
           tbx___lshrti3(a, count) == a >> count &&
           tbx___ashrti3((i128)a, count) == (i128)a >> count &&
           tbx___popcountti2(a) ==
               __builtin_popcountll((uint64_t)a) + __builtin_popcountll((uint64_t)(a >> 64));
}

static int conversions_agree(u128 a) {
    double d = fabs(real());
    if (tbx___floatuntidf(a) != (double)a || tbx___floatuntisf(a) != (float)a ||
        tbx___floatuntixf(a) != (long double)a || tbx___floattidf((i128)a) != (double)(i128)a ||
        tbx___floattixf((i128)a) != (long double)(i128)a)
        return 0;
    return !(d < 0x1p127) || (tbx___fixunsdfti(d) == (u128)d &&
                              tbx___fixxfti(-(long double)d) == (i128) - (long double)d);
}

static int same(double a, double b) {
    return (isnan(a) && isnan(b)) || (a == b && signbit(a) == signbit(b));
}

static int multiplication_agrees(double a, double b, double c, double d) {
    _Complex double left = __builtin_complex(a, b), right = __builtin_complex(c, d);
    volatile _Complex double wanted = left * right;
    _Complex double product = tbx___muldc3(a, b, c, d);
    return same(__real__ product, __real__ wanted) && same(__imag__ product, __imag__ wanted);
}

/* The product of quotient and divisor is the dividend, up to rounding; infinities and zeros are
 * those of annex G. */
static int quotient_agrees(double a, double b, double c, double d) {
    _Complex double quotient = tbx___divdc3(a, b, c, d);
    double x = __real__ quotient, y = __imag__ quotient, norm = hypot(a, b);
    int finite = isfinite(a) && isfinite(b), finite_divisor = isfinite(c) && isfinite(d);
    if (finite && finite_divisor && (c != 0 || d != 0))
        return hypot(x * c - y * d - a, x * d + y * c - b) <= 1e-14 * norm;
    if ((isinf(a) || isinf(b)) && finite_divisor)
        return isinf(x) || isinf(y);
    if (finite && (isinf(c) || isinf(d)))
        return x == 0 && y == 0;
    return 1;
}

int main(void) {
    for (int round = 0; round < ROUNDS; round++) {
        u128 a = integer(), b = integer();
        double w = real(), x = real(), y = real(), z = real();
        if (!division_agrees(a, b) || !product_agrees(a, b) ||
            !shifts_agree(a, (int)(next() % 128)) || !conversions_agree(a)) {
            printf("integers %016llx%016llx %016llx%016llx\n", (unsigned long long)(a >> 64),
                   (unsigned long long)a, (unsigned long long)(b >> 64), (unsigned long long)b);
            return 1;
        }
        if (!multiplication_agrees(w, x, y, z) || !quotient_agrees(w, x, y, z)) {
            printf("complex %a %a %a %a\n", w, x, y, z);
            return 1;
        }
    }
    return tbx___powidf2(1.5, -7) == pow(1.5, -7) ? 0 : 1;
}
