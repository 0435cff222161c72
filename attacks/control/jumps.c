// Computed jumps whose index or target is not one that the program has.
// LEVELS: -O0 -O3
#include "../attack.h"

#include <setjmp.h>

static volatile uint64_t sum;

// A dense switch becomes a jump table. Nothing says that other values do not come: the compiler may
// leave the check out.
enum kind { A, B, C, D, E, F, G, H };

NOINLINE static int with_table(enum kind kind) {
    switch (kind) {
    case A:
        sum += 11;
        return 5;
    case B:
        sum ^= 7;
        return 17;
    case C:
        sum *= 3;
        return 23;
    case D:
        sum -= 9;
        return 31;
    case E:
        sum |= 4;
        return 43;
    case F:
        sum += 77;
        return 59;
    case G:
        sum <<= 1;
        return 67;
    case H:
        sum = ~sum;
        return 71;
    }
    __builtin_unreachable();
}

#define SWITCHES(name, value)                                                                      \
    ATTACK(name, "contained", "no control: where it lands differs by compiler") {                  \
        volatile uint64_t index = (uint64_t)(value);                                               \
        armed();                                                                                   \
        sum += (unsigned)with_table((enum kind)index);                                             \
    }

SWITCHES(switch_one_too_far, 8)
SWITCHES(switch_far, 0x10000000)
SWITCHES(switch_negative, -1)
SWITCHES(switch_sign_bit, 0x80000000)

// Computed goto, with labels as values that the attacker makes up.
NOINLINE static int interpret(const unsigned *code, uintptr_t forged) {
    static const void *labels[] = {&&add, &&twice, &&end};
    const void *volatile next = forged != 0 ? (void *)forged : labels[*code % 3];
    goto *next;
add:
    sum += 1;
    goto *labels[*++code % 3];
twice:
    sum *= 2;
    goto *labels[*++code % 3];
end:
    return (int)sum;
}

#define GOTOS(name, value)                                                                         \
    ATTACK(name, "contained", "no control: where it lands differs by compiler") {                  \
        static const unsigned code[] = {0, 1, 2};                                                  \
        armed();                                                                                   \
        sum += (unsigned)interpret(code, value);                                                   \
    }

GOTOS(goto_gadget, target.load_gadget)
GOTOS(goto_host, target.gate)
GOTOS(goto_data, (uintptr_t)&sum)
GOTOS(goto_large, 0x7FFFFFFFFFFFFFFF)
GOTOS(goto_negative, (uintptr_t)-2)

// The table of labels itself, read out of bounds.
ATTACK(goto_index_out_of_bounds, "contained", "no control: where it lands differs by compiler") {
    static const void *labels[] = {&&one, &&two};
    volatile int64_t index = -123456;
    armed();
    goto *labels[index];
one:
    sum++;
two:
    sum++;
}
