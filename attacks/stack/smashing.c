// The stack: return addresses, frame pointers, what lies beside a local array.
// LEVELS: -O0 -O2
#include "../attack.h"

#include <stdlib.h>
#include <string.h>

static volatile size_t opaque;

static uint64_t loaded[SECRET_SIZE / 8];

NOINLINE static uint64_t holds_a_load(uint64_t x) {
    return x ^ 0x90909090c3078b48;
}

// A buffer that is overrun with the address of a gadget, up to the return address.
NOINLINE static void overrun(size_t words) {
    volatile uintptr_t buffer[4];
    opaque += holds_a_load(opaque);
    for (size_t i = 0; i < words; i++)
        buffer[i + opaque % 1] = target.load_gadget;
}

ATTACK(overrun_upwards, "contained", "no control: natively the gadget returns to nowhere") {
    armed();
    overrun(64);
}

// Down from the array, where the callee's frame is.
NOINLINE static void underrun(void) {
    volatile uintptr_t buffer[4];
    for (volatile int i = 1; i < 64; i++)
        buffer[-i] = target.load_gadget;
}

ATTACK(overrun_downwards, "contained", "no control: natively the gadget returns to nowhere") {
    armed();
    underrun();
}

// A long way over everything: megabytes from a local array on.
ATTACK(overrun_everything, "contained", "no control: it would crash") {
    volatile unsigned char buffer[64];
    armed();
    for (size_t i = 0; i < 80u << 20; i++)
        buffer[i + opaque] = 0xEE;
}

// The native stack by its address in the host: all return addresses of the program.
ATTACK(native_stack_by_address, "contained", "no control: natively it crashes on return") {
    volatile uintptr_t *stack = (volatile uintptr_t *)(target.native_stack - 4096);
    armed();
    for (int i = 0; i < 512; i++)
        stack[i] = target.load_gadget;
}

// Reading it: return addresses would tell where the host is.
ATTACK(read_native_stack, "contained", "no control: the control's stack has no secret") {
    volatile unsigned char *stack = (volatile unsigned char *)(target.native_stack - SECRET_SIZE);
    unsigned char got[SECRET_SIZE];
    armed();
    for (int i = 0; i < SECRET_SIZE; i++)
        got[i] = stack[i];
    leak(got, sizeof got);
}

// A pointer to a local that has gone: what stands there now belongs to another function.
static volatile uintptr_t *stale;

NOINLINE static void leave_pointer(void) {
    volatile uintptr_t local[8] = {1, 2, 3};
    stale = local;
}

NOINLINE static uint64_t use_stack(unsigned depth) {
    volatile uintptr_t local[8] = {depth};
    for (int i = 0; i < 32; i++)
        stale[i] = target.load_gadget;
    return local[depth % 8] + (depth > 0 ? use_stack(depth - 1) : 0);
}

ATTACK(use_after_return, "contained", "no control: natively the gadget returns to nowhere") {
    leave_pointer();
    armed();
    loaded[0] = use_stack(4);
    leak(loaded, 8);
}

// A structure by value, whose copy the callee overruns into its caller's frame.
struct small {
    uintptr_t words[5];
};

NOINLINE static uintptr_t overrun_argument(struct small small) {
    for (volatile int i = -16; i < 48; i++)
        ((volatile uintptr_t *)small.words)[i] = target.load_gadget;
    return small.words[1];
}

ATTACK(overrun_by_value, "contained", "no control: natively the gadget returns to nowhere") {
    struct small small = {{1, 2, 3, 4, 5}};
    armed();
    loaded[0] = overrun_argument(small);
    leak(loaded, 8);
}

// A large structure that is returned: the callee writes it where the caller says.
struct returned {
    uint64_t words[16];
};

NOINLINE static struct returned make(uint64_t x) {
    return (struct returned){{x, x, x, x, x, x, x, x, x}};
}

ATTACK(returned_structure, "held") {
    EACH_VICTIM(address) {
        armed();
        ((void (*)(uintptr_t, uint64_t))make)(address, 0xEEEE);
        *(volatile struct returned *)address = make(7);
    }
}

// Many arguments on the stack, their addresses passed on.
NOINLINE static void wild_arguments(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                                    uint64_t f, uint64_t g, uint64_t h) {
    volatile uint64_t *p = &h;
    for (int i = -12; i < 24; i++)
        p[i] = target.load_gadget;
    p = &a;
    for (int i = -12; i < 24; i++)
        p[i] = target.load_gadget;
    opaque += b + c + d + e + f + g;
}

ATTACK(addresses_of_arguments, "contained", "no control: natively the gadget returns to nowhere") {
    armed();
    wild_arguments(1, 2, 3, 4, 5, 6, 7, 8);
}
