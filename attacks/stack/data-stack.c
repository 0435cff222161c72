// The data stack pointer is a variable of the program like any other.
// LEVELS: -O0 -O2
#include "../attack.h"

#include <string.h>

#ifdef CONTROL
static uintptr_t __tbx_data_sp;
#else
extern uintptr_t __tbx_data_sp;
#endif

static volatile uint64_t sink;

// Has a frame on the data stack, which it fills and reads.
NOINLINE static uint64_t with_frame(uint64_t value) {
    volatile unsigned char room[SECRET_SIZE];
    leak(room, sizeof room);
    memset((void *)room, (int)value, sizeof room);
    return room[value % SECRET_SIZE];
}

#define STACKS(name, value)                                                                        \
    ATTACK(name, "contained", "no control: natively there is no data stack") {                     \
        armed();                                                                                   \
        __tbx_data_sp = (uintptr_t)(value);                                                        \
        sink = with_frame(0xEE);                                                                   \
        sink = with_frame(0xEF);                                                                   \
    }

STACKS(data_stack_in_the_host, target.host + SECRET_SIZE)
STACKS(data_stack_below, target.below + SECRET_SIZE)
STACKS(data_stack_above, target.above + SECRET_SIZE)
STACKS(data_stack_on_the_native_stack, target.native_stack - 256)
STACKS(data_stack_at_the_end, 0x100000000)
STACKS(data_stack_at_zero, 0)
STACKS(data_stack_negative, -SECRET_SIZE)
STACKS(data_stack_misaligned, SECRET_OFFSET + 5)
STACKS(data_stack_over_itself, (uintptr_t)&__tbx_data_sp + 32)
STACKS(data_stack_in_the_constants, 0x10010000)
