// Frames of absurd sizes, alignments and depths.
// LEVELS: -O0 -O2
#include "../attack.h"

#include <alloca.h>
#include <string.h>

static volatile uint64_t sink;

#define ALLOCAS(name, bytes)                                                                       \
    ATTACK(name, "contained", "no control: natively the stack pointer itself runs away") {         \
        volatile size_t size = (size_t)(bytes);                                                    \
        armed();                                                                                   \
        volatile unsigned char *room = alloca(size);                                               \
        for (size_t i = 0; i < 4096; i += 64)                                                      \
            room[i] = 0xEE;                                                                        \
        sink += room[size / 2];                                                                    \
        leak(room, SECRET_SIZE);                                                                   \
    }

ALLOCAS(alloca_of_the_stack, 64u << 20)
ALLOCAS(alloca_of_3_gib, 3ull << 30)
ALLOCAS(alloca_of_a_window, 1ull << 32)
ALLOCAS(alloca_to_the_neighbour, (1ull << 32) - SECRET_OFFSET)
ALLOCAS(alloca_negative, -4096)
ALLOCAS(alloca_most_negative, INT64_MIN)
ALLOCAS(alloca_all_ones, -1)

// A variable-length array with a length of minus a few elements.
ATTACK(negative_array, "contained", "no control: natively the stack pointer itself runs away") {
    volatile long length = -1000;
    armed();
    uint64_t array[length];
    for (int i = 0; i < 64; i++)
        ((volatile uint64_t *)array)[i] = target.load_gadget;
}

// Step by step through all of memory: each room is small, the sum is not.
ATTACK(alloca_loop, "contained", "no control: natively it ends at the guard page") {
    armed();
    for (uint64_t total = 0; total < 6ull << 30; total += 1 << 20) {
        volatile unsigned char *room = alloca(1 << 20);
        room[0] = 0xEE;
        sink += room[1];
    }
}

// A loop of allocas that never touches what it gets, and then touches what lies there.
ATTACK(alloca_over_the_guard, "contained", "no control: natively it ends at the guard page") {
    volatile unsigned char *room = NULL;
    armed();
    for (int i = 0; i < 300; i++)
        room = alloca(1 << 20);
    for (int i = 0; i < 4096; i++)
        room[i] = 0xEE;
}

// An alignment as large as a window's quarter.
ATTACK(huge_alignment, "contained", "no control: natively it ends at the guard page") {
    armed();
    _Alignas(1 << 28) volatile unsigned char room[64];
    memset((void *)room, 0xEE, sizeof room);
    leak(room, sizeof room);
}

// A static frame larger than the guard below the native stack.
NOINLINE static uint64_t large_frame(unsigned depth) {
    volatile uint64_t room[1 << 18];
    room[depth] = depth;
    return depth == 0 ? room[0] : room[depth] + large_frame(depth - 1);
}

ATTACK(large_frames, "contained", "no control: natively it ends at the guard page") {
    armed();
    sink = large_frame(1000);
}

// A frame of many values that all live in registers and their spill slots.
#define EIGHT(m, n) m(n##0) m(n##1) m(n##2) m(n##3) m(n##4) m(n##5) m(n##6) m(n##7)
#define DECLARE(n) uint64_t v##n = sink + n;
#define UPDATE(n) v##n = v##n * 31 + sink;
#define ADD(n) sum += v##n;

NOINLINE static uint64_t spill(unsigned depth) {
    EIGHT(DECLARE, 1)
    EIGHT(DECLARE, 2)
    EIGHT(DECLARE, 3)
    uint64_t sum = depth > 0 ? spill(depth - 1) : 1;
    EIGHT(UPDATE, 1)
    EIGHT(UPDATE, 2)
    EIGHT(UPDATE, 3)
    EIGHT(ADD, 1)
    EIGHT(ADD, 2)
    EIGHT(ADD, 3)
    return sum;
}

// Recursion that never ends, down the native stack.
ATTACK(endless_recursion, "native-stack|stack", "no control: natively it ends at the guard page") {
    armed();
    sink = spill(1u << 30);
}

// Recursion that never ends, down the data stack.
NOINLINE static uint64_t deep(unsigned depth, volatile uint64_t *above) {
    volatile uint64_t room[64];
    room[depth % 64] = above[0] + depth;
    return deep(depth + 1, room) + room[3];
}

ATTACK(endless_data_recursion, "stack|native-stack|unmapped|null",
       "no control: natively it ends at the guard page") {
    volatile uint64_t first[1] = {1};
    armed();
    sink = deep(0, first);
}

// Arguments by value of 32 KiB each, down without end.
struct block {
    uint64_t words[4096];
};

NOINLINE static uint64_t with_block(struct block block, unsigned depth) {
    block.words[depth % 4096] += depth;
    return with_block(block, depth + 1) + block.words[7];
}

ATTACK(endless_large_arguments, "stack|native-stack|unmapped|null|timeout",
       "no control: natively it ends at the guard page") {
    static struct block block;
    armed();
    sink = with_block(block, 0);
}
