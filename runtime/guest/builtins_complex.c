/* Complex multiplication and division with the infinities of C17 annex G (sections G.5.1 and
 * G.5.2).
 *
 * (a + bi) and (c + di). The plain formula is right wherever it does not give two NaNs; only then
 * may an infinity have been lost, and the operands are boxed: an infinite part becomes 1, a finite
 * one 0, with its sign. */

#include "builtins.h"

#define BOX(x) __builtin_copysign(__builtin_isinf(x) ? 1.0 : 0.0, (double)(x))
#define UNNAN(x) (__builtin_isnan(x) ? __builtin_copysign(0.0, (double)(x)) : (x))

#define TBX_COMPLEX_MULTIPLY(name, type)                                                           \
    _Complex type name(type a, type b, type c, type d) {                                           \
        type ac = a * c, bd = b * d, ad = a * d, bc = b * c;                                       \
        _Complex type product;                                                                     \
        __real__ product = ac - bd;                                                                \
        __imag__ product = ad + bc;                                                                \
        if (!__builtin_isnan(__real__ product) || !__builtin_isnan(__imag__ product))              \
            return product;                                                                        \
        int left = __builtin_isinf(a) || __builtin_isinf(b);                                       \
        int right = __builtin_isinf(c) || __builtin_isinf(d);                                      \
        int partial = __builtin_isinf(ac) || __builtin_isinf(bd) || __builtin_isinf(ad) ||         \
                      __builtin_isinf(bc);                                                         \
        if (!left && !right && !partial)                                                           \
            return product;                                                                        \
        if (left) {                                                                                \
            a = (type)BOX(a), b = (type)BOX(b);                                                    \
        }                                                                                          \
        if (right) {                                                                               \
            c = (type)BOX(c), d = (type)BOX(d);                                                    \
        }                                                                                          \
        a = (type)UNNAN(a), b = (type)UNNAN(b), c = (type)UNNAN(c), d = (type)UNNAN(d);            \
        __real__ product = (type)__builtin_inf() * (a * c - b * d);                                \
        __imag__ product = (type)__builtin_inf() * (a * d + b * c);                                \
        return product;                                                                            \
    }

/* The divisor is scaled by a power of two so that c*c + d*d neither overflows nor vanishes. */
#define TBX_COMPLEX_DIVIDE(name, type, logb, scalbn)                                               \
    type logb(type), scalbn(type, int);                                                            \
    _Complex type name(type a, type b, type c, type d) {                                           \
        int scale = 0;                                                                             \
        type absolute_c = c < 0 ? -c : c, absolute_d = d < 0 ? -d : d;                             \
        type exponent = logb(absolute_c > absolute_d || __builtin_isnan(d) ? c : d);               \
        if (__builtin_isfinite(exponent)) {                                                        \
            scale = (int)exponent;                                                                 \
            c = scalbn(c, -scale);                                                                 \
            d = scalbn(d, -scale);                                                                 \
        }                                                                                          \
        type norm = c * c + d * d;                                                                 \
        _Complex type quotient;                                                                    \
        __real__ quotient = scalbn((a * c + b * d) / norm, -scale);                                \
        __imag__ quotient = scalbn((b * c - a * d) / norm, -scale);                                \
        if (!__builtin_isnan(__real__ quotient) || !__builtin_isnan(__imag__ quotient))            \
            return quotient;                                                                       \
        if (norm == 0 && (!__builtin_isnan(a) || !__builtin_isnan(b))) {                           \
            type infinity = (type)__builtin_copysign(__builtin_inf(), (double)c);                  \
            __real__ quotient = infinity * a;                                                      \
            __imag__ quotient = infinity * b;                                                      \
        } else if ((__builtin_isinf(a) || __builtin_isinf(b)) && __builtin_isfinite(c) &&          \
                   __builtin_isfinite(d)) {                                                        \
            a = (type)BOX(a), b = (type)BOX(b);                                                    \
            __real__ quotient = (type)__builtin_inf() * (a * c + b * d);                           \
            __imag__ quotient = (type)__builtin_inf() * (b * c - a * d);                           \
        } else if (__builtin_isinf(exponent) && exponent > 0 && __builtin_isfinite(a) &&           \
                   __builtin_isfinite(b)) {                                                        \
            c = (type)BOX(c), d = (type)BOX(d);                                                    \
            __real__ quotient = 0 * (a * c + b * d);                                               \
            __imag__ quotient = 0 * (b * c - a * d);                                               \
        }                                                                                          \
        return quotient;                                                                           \
    }

TBX_COMPLEX_MULTIPLY(__mulsc3, float)
TBX_COMPLEX_MULTIPLY(__muldc3, double)
TBX_COMPLEX_MULTIPLY(__mulxc3, long double)

TBX_COMPLEX_DIVIDE(__divsc3, float, logbf, scalbnf)
TBX_COMPLEX_DIVIDE(__divdc3, double, logb, scalbn)
TBX_COMPLEX_DIVIDE(__divxc3, long double, logbl, scalbnl)
