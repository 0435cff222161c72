// State of the processor that the host would inherit.
#include "../attack.h"

#include <fenv.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

static volatile double sink, zero;
static volatile long double wide;

// Floating-point exceptions that trap: the next operation of the host would.
ATTACK(unmasked_exceptions, "arithmetic|held", "no control: it traps natively") {
    fenv_t all;
    fegetenv(&all);
    for (size_t i = 0; i < sizeof all / 4; i++)
        ((uint32_t *)&all)[i] &= ~(uint32_t)0x1F80;
    ((uint32_t *)&all)[0] &= ~(uint32_t)0x3F;
    fesetenv(&all);
    armed();
    sink = 1.0 / 3.0;
    printf("%f\n", sink);
    fflush(stdout);
    sink = 1.0 / zero;
}

// An exception pending in the x87, which the host's next x87 instruction would raise.
ATTACK(pending_exception, "arithmetic|held", "no control: it traps natively") {
    fenv_t all;
    fegetenv(&all);
    ((uint32_t *)&all)[0] &= ~(uint32_t)0x3F;
    ((uint32_t *)&all)[1] |= 0x84;
    fesetenv(&all);
    armed();
    write(1, "pending\n", 8);
    wide = wide / 3;
}

// Rounding and flushing that would make the host compute otherwise.
ATTACK(rounding, "held", "no control: the control checks nothing of it") {
    armed();
    fesetround(FE_UPWARD);
    fenv_t all;
    fegetenv(&all);
    ((uint32_t *)&all)[7] |= 0x8040; /* MXCSR: tiny numbers count as zero */
    fesetenv(&all);
    write(1, "rounded\n", 8);
}

// All reserved bits of the control register: loading it would be a fault, of whom?
ATTACK(reserved_bits, "protection|held|arithmetic", "no control: it crashes natively") {
    fenv_t all;
    fegetenv(&all);
    for (size_t i = 0; i < sizeof all / 4; i++)
        ((uint32_t *)&all)[i] = 0xFFFFFFFF;
    armed();
    fesetenv(&all);
    write(1, "reserved\n", 9);
}
