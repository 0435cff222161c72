// Around both ends of the window: wrapping around, straddling, indices of more than 32 bits.
// ISOLATE: data code+data
// LEVELS: -O0 -O3
#include "../attack.h"

#include <stdlib.h>
#include <string.h>

static const uint64_t WINDOW = 1ull << 32;

static volatile uint64_t zero; // keeps the compiler from seeing through

static unsigned char got[SECRET_SIZE];

static void take(const volatile unsigned char *p) {
    for (size_t i = 0; i < SECRET_SIZE; i++)
        got[i] = p[i];
    leak(got, sizeof got);
}

// The window above, by an offset that has 33 bits.
ATTACK(one_window_up, "held") {
    armed();
    take(own(SECRET_OFFSET) + WINDOW + zero);
}

// The window below, by a negative distance.
ATTACK(one_window_down, "held") {
    armed();
    take(own(SECRET_OFFSET) - WINDOW + zero);
}

// Below address 0: the end of the window below, were it not cut to this window's own end.
ATTACK(before_zero, "held|unmapped") {
    armed();
    volatile unsigned char *p = own(0);
    take(p - (WINDOW - SECRET_OFFSET) + zero);
}

// From the last byte on: base, index and displacement each fit, their sum does not.
ATTACK(index_from_the_end, "held") {
    volatile unsigned char *last = own(0xFFFFFFFF) + zero;
    armed();
    take(last + 1 + SECRET_OFFSET);
}

// A 32-bit index that a compiler extends by sign: the memory before the base.
ATTACK(sign_extended_index, "held") {
    volatile int32_t index = (int32_t)0x80000000;
    volatile unsigned char *base = own(SECRET_OFFSET) + (1ull << 31) + zero;
    armed();
    take(base + index - WINDOW);
    take(base + index + WINDOW);
}

// A 32-bit index scaled by eight has 35 bits.
ATTACK(scaled_index, "held") {
    volatile uint32_t index = 1u << 29;
    volatile uint64_t *words = (volatile uint64_t *)(own(SECRET_OFFSET) + zero);
    armed();
    take((volatile unsigned char *)&words[index]);
    words[index] = 3;
}

// The largest displacement that an instruction can hold, on a base near the end.
ATTACK(large_displacement, "held") {
    volatile unsigned char *base = own(SECRET_OFFSET) + WINDOW - 0x7FFFFFF0 + zero;
    armed();
    for (int i = 0; i < 16; i++)
        got[i] = base[0x7FFFFFF0 + i];
    leak(got, 16);
    base[0x7FFFFFF0] = 0;
}

// The same the other way.
ATTACK(negative_displacement, "held") {
    volatile unsigned char *base = own(SECRET_OFFSET) - WINDOW + 0x7FFFFFF0 + zero;
    armed();
    for (int i = 0; i < 16; i++)
        got[i] = base[i - 0x7FFFFFF0];
    leak(got, 16);
    base[-0x7FFFFFF0] = 0;
}

static unsigned char array[16];

// A global array with an index that names another window, in one instruction.
ATTACK(global_with_far_index, "held") {
    volatile unsigned char *start = array;
    EACH_VICTIM(address) {
        uint64_t index = address - (uintptr_t)start;
        armed();
        for (size_t i = 0; i < SECRET_SIZE; i++)
            got[i] = array[index + i + zero];
        leak(got, sizeof got);
        array[index + zero] = 0;
    }
}

struct page {
    unsigned char bytes[4096];
};

// Rows of a page each, of which the row of the window above is asked for.
ATTACK(rows_of_pages, "held") {
    volatile struct page *rows = (volatile struct page *)(own(SECRET_OFFSET) + zero);
    volatile uint64_t row = WINDOW / sizeof(struct page);
    armed();
    take(rows[row].bytes);
    rows[row].bytes[5] = 5;
}

#define STRADDLES(name, type)                                                                      \
    ATTACK(name, "unmapped", "no control: what lies behind the window is closed natively too") {   \
        typedef type word __attribute__((aligned(1)));                                             \
        volatile word *p = (volatile word *)(own(WINDOW - sizeof(type) / 2) + zero);               \
        armed();                                                                                   \
        type value = *p;                                                                           \
        leak(&value, sizeof value);                                                                \
    }

// The last bytes of the window and the first ones of the next, in one access.
STRADDLES(straddle_16, uint16_t)
STRADDLES(straddle_64, uint64_t)
STRADDLES(straddle_128, unsigned __int128)

// A write across the end, in the midst of a cache line that two windows share.
ATTACK(straddling_store, "unmapped",
       "no control: what lies behind the window is closed natively too") {
    typedef uint64_t word __attribute__((aligned(1)));
    armed();
    *(volatile word *)(own(WINDOW - 3) + zero) = 1;
}

// A copy that starts inside and runs over the end.
ATTACK(copy_over_the_end, "unmapped",
       "no control: what lies behind the window is closed natively too") {
    volatile size_t size = 8192;
    unsigned char room[8192];
    armed();
    memcpy(room, own(WINDOW - 4096), size);
    leak(room, sizeof room);
}

// The start of the window: closed, so that null and small offsets from it fault.
ATTACK(first_page, "null", "no control: a null pointer faults natively too") {
    armed();
    take(own(0xFFF8) + zero);
}

// A pointer with garbage above the low half, as hardware with address tagging would ignore it.
ATTACK(tagged_pointer, "held") {
    volatile uint64_t tag = 0;
    EACH_VICTIM(address) {
        armed();
        take((volatile unsigned char *)(address ^ tag));
    }
    tag = 0x5A00000000000000;
    EACH_VICTIM(address) {
        armed();
        take((volatile unsigned char *)(address ^ tag));
    }
}

// An address that no processor of 47 bits takes: inside, only its low half counts.
ATTACK(non_canonical, "held", "no control: it faults natively") {
    armed();
    take((volatile unsigned char *)(0x8000000000000000 | target.host));
}

// The host's record of the run itself, which decides what host code does.
ATTACK(record_of_the_run, "held|unmapped|null|read-only|exit 1",
       "no control: the control has none") {
    armed();
    memset((void *)(target.run + zero), 0, 4096);
}

// The own window by its address in the host, and from there the window above.
ATTACK(own_window_by_host_address, "held") {
    volatile unsigned char *alias = (volatile unsigned char *)(target.window + SECRET_OFFSET);
    armed();
    alias[0] = 2;
    take(alias + WINDOW + zero);
    alias[WINDOW + zero] = 0;
}
