/* Routines that LLVM's code generator calls where it has no instruction. They are called by name
 * only. */
#ifndef TBX_BUILTINS_H
#define TBX_BUILTINS_H

#include <stdint.h>

typedef unsigned __int128 tbx_u128;
typedef __int128 tbx_i128;

tbx_u128 __udivmodti4(tbx_u128 dividend, tbx_u128 divisor, tbx_u128 *remainder);
tbx_u128 __udivti3(tbx_u128 dividend, tbx_u128 divisor);
tbx_u128 __umodti3(tbx_u128 dividend, tbx_u128 divisor);
tbx_i128 __divti3(tbx_i128 dividend, tbx_i128 divisor);
tbx_i128 __modti3(tbx_i128 dividend, tbx_i128 divisor);
tbx_i128 __divmodti4(tbx_i128 dividend, tbx_i128 divisor, tbx_i128 *remainder);
tbx_i128 __multi3(tbx_i128 left, tbx_i128 right);
tbx_i128 __muloti4(tbx_i128 left, tbx_i128 right, int *overflow);
tbx_i128 __ashlti3(tbx_i128 value, int count);
tbx_u128 __lshrti3(tbx_u128 value, int count);
tbx_i128 __ashrti3(tbx_i128 value, int count);
int __popcountdi2(uint64_t value);
int __popcountti2(tbx_u128 value);

float __floatuntisf(tbx_u128 value);
double __floatuntidf(tbx_u128 value);
long double __floatuntixf(tbx_u128 value);
float __floattisf(tbx_i128 value);
double __floattidf(tbx_i128 value);
long double __floattixf(tbx_i128 value);
tbx_u128 __fixunssfti(float value);
tbx_u128 __fixunsdfti(double value);
tbx_u128 __fixunsxfti(long double value);
tbx_i128 __fixsfti(float value);
tbx_i128 __fixdfti(double value);
tbx_i128 __fixxfti(long double value);
float __extendhfsf2(_Float16 value);
long double __extendhfxf2(_Float16 value);
_Float16 __truncsfhf2(float value);
_Float16 __truncdfhf2(double value);
_Float16 __truncxfhf2(long double value);
__bf16 __truncsfbf2(float value);
__bf16 __truncdfbf2(double value);
__bf16 __truncxfbf2(long double value);

float __powisf2(float base, int exponent);
double __powidf2(double base, int exponent);
long double __powixf2(long double base, int exponent);

_Complex float __mulsc3(float a, float b, float c, float d);
_Complex double __muldc3(double a, double b, double c, double d);
_Complex long double __mulxc3(long double a, long double b, long double c, long double d);
_Complex float __divsc3(float a, float b, float c, float d);
_Complex double __divdc3(double a, double b, double c, double d);
_Complex long double __divxc3(long double a, long double b, long double c, long double d);

#endif
