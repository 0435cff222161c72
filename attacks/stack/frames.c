// What a program learns of its native frames by the compiler's own means, and can do with it.
// LEVELS: -O0 -O2
#include "../attack.h"

static volatile uint64_t sink;

// Addresses of frames are addresses of the native stack: is one told, and can it be written
// through?
NOINLINE static void write_frame(unsigned words) {
    volatile uintptr_t *frame = __builtin_frame_address(0);
    leak(&frame, sizeof frame);
    for (unsigned i = 0; i < words; i++)
        frame[i] = target.load_gadget;
}

ATTACK(frame_address, "contained", "no control: natively the gadget returns to nowhere") {
    armed();
    write_frame(16);
}

// The return address, and the frames of callers.
NOINLINE static uintptr_t walk(void) {
    uintptr_t seen[] = {(uintptr_t)__builtin_return_address(0),
                        (uintptr_t)__builtin_return_address(2),
                        (uintptr_t)__builtin_frame_address(3)};
    leak(seen, sizeof seen);
    return seen[0];
}

ATTACK(return_address, "contained", "no control: natively nothing is confined") {
    armed();
    uintptr_t code = walk();
    sink = ((uint64_t (*)(uintptr_t))code)(target.host);
}

// Room on the native stack by a loop of allocas, given back by the compiler at the end of each
// round.
ATTACK(saved_stack_pointers, "contained", "no control: natively it ends at the guard page") {
    armed();
    for (volatile size_t i = 1; i < 1u << 30; i *= 3) {
        unsigned char room[i];
        room[i - 1] = 0xEE;
        sink += room[i / 2];
    }
}
