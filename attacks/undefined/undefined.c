// Undefined behaviour, of which an optimizer may make anything: also a way past the confinement?
// LEVELS: -O0 -O3
#include "../attack.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

static volatile uint64_t opaque;
static unsigned char got[SECRET_SIZE];

static void take(const volatile unsigned char *p) {
    for (size_t i = 0; i < SECRET_SIZE; i++)
        got[i] = p[i];
    leak(got, sizeof got);
}

// Stack contents that an uninitialised pointer may pick up.
NOINLINE static void prepare(uintptr_t value) {
    volatile uintptr_t room[64];
    for (int i = 0; i < 64; i++)
        room[i] = value;
}

NOINLINE static void use_uninitialised(void) {
    unsigned char *pointers[32];
    for (int i = 0; i < 32; i++)
        if (opaque != 0 || i % 3 == 0)
            leak(pointers[i], 8);
}

ATTACK(uninitialised_pointer, "contained", "no control: what it holds differs by compiler") {
    prepare(target.host);
    armed();
    use_uninitialised();
}

// The optimizer may take the branch for dead, as the pointer was used before it was tested.
NOINLINE static int tested_too_late(volatile unsigned char *p) {
    unsigned char first = p[SECRET_OFFSET];
    if (p == NULL)
        return -1;
    return first + p[1];
}

ATTACK(null_test_removed, "contained", "no control: natively it crashes") {
    armed();
    opaque += (unsigned)tested_too_late(NULL);
}

// A bound checked by a sum that may not overflow, so that the check goes away.
NOINLINE static void checked_by_overflow(volatile unsigned char *base, int index) {
    if (index + 100 < index)
        return;
    take(base + (long)index * 2);
}

ATTACK(overflow_check_removed, "contained", "no control: natively it crashes") {
    volatile int index = INT_MAX - 10;
    armed();
    checked_by_overflow(own(SECRET_OFFSET), index);
}

// The compiler may assume what the program swears, and leave a check out.
NOINLINE static void sworn_small(const volatile unsigned char *base, uint64_t index) {
    __builtin_assume(index < 64);
    if (index >= 64)
        return;
    take(base + index);
}

ATTACK(false_assumption, "held", "no control: without optimisation the check stays") {
    EACH_VICTIM(address) {
        volatile uint64_t index = address - (uintptr_t)own(SECRET_OFFSET);
        armed();
        sworn_small(own(SECRET_OFFSET), index);
    }
}

// An address that is sworn to be aligned far beyond what it is.
NOINLINE static void sworn_aligned(void *p) {
    typedef uint64_t vector __attribute__((vector_size(32)));
    volatile vector *aligned = __builtin_assume_aligned(p, 1 << 20);
    vector value = *aligned;
    leak((void *)&value, sizeof value);
    *aligned = value + 1;
}

ATTACK(false_alignment, "held|protection") {
    EACH_VICTIM(address) {
        armed();
        sworn_aligned((void *)address);
    }
}

// A pointer into an object, moved out of it: what comes of it is poison to the optimizer.
struct object {
    unsigned char bytes[16];
};

NOINLINE static void out_of_bounds(const struct object *object, uint64_t index) {
    for (uint64_t i = 0; i < SECRET_SIZE; i++)
        got[i] = object->bytes[index + i];
    leak(got, sizeof got);
}

ATTACK(index_out_of_bounds, "held") {
    EACH_VICTIM(address) {
        const struct object *object = (const struct object *)own(SECRET_OFFSET);
        volatile uint64_t index = address - (uintptr_t)object;
        armed();
        out_of_bounds(object, index);
    }
}

// A shift by more bits than there are: the result may be anything, also in another place.
ATTACK(shift_out_of_range, "contained", "no control: the processor masks the count") {
    volatile unsigned count = 70;
    armed();
    take(own(SECRET_OFFSET) + (1ull << count));
    take(own(SECRET_OFFSET) + ((uint64_t)target.host >> count));
}

// A float that does not fit becomes an index.
ATTACK(float_to_index, "contained", "no control: natively it crashes") {
    volatile double huge = 1e300, not_a_number = __builtin_nan("");
    armed();
    take(own(SECRET_OFFSET) + (int64_t)huge);
    take(own(SECRET_OFFSET) + (uint64_t)not_a_number);
    take(own(SECRET_OFFSET) + (uint32_t)huge);
}

// A truth value that is neither.
NOINLINE static unsigned char by_truth(bool truth, const unsigned char *two) {
    return two[truth];
}

ATTACK(wild_truth_value, "held|null|unmapped", "no control: it reaches no further than 255 bytes") {
    volatile unsigned char raw = 0xFE;
    bool truth;
    memcpy(&truth, (void *)&raw, 1);
    armed();
    opaque += by_truth(truth, (unsigned char *)own(0xFFFFFF80));
}

// A function that promises not to return does.
__attribute__((noreturn, noinline)) static void never_returns(void) {
    if (opaque == 0)
        return;
    abort();
}

NOINLINE static uint64_t falls_through(void) {
    never_returns();
}

ATTACK(noreturn_returns, "contained", "no control: where it lands differs by compiler") {
    armed();
    opaque += falls_through();
}

// A function whose end is never reached, says the program: what follows it in memory is executed.
NOINLINE static int unreachable_end(int x) {
    if (x == 3)
        return 4;
    __builtin_unreachable();
}

ATTACK(unreachable_reached, "contained", "no control: where it lands differs by compiler") {
    volatile int two = 2;
    armed();
    opaque += (unsigned)unreachable_end(two);
}

// A function without a return value gives one.
NOINLINE static uintptr_t forgets_to_return(int x) {
    if (x > 1)
        return target.host;
}

ATTACK(missing_return, "contained", "no control: where it lands differs by compiler") {
    volatile int zero = 0;
    armed();
    take((unsigned char *)forgets_to_return(zero));
}

// An endless loop without effect may be taken for one that ends.
NOINLINE static uintptr_t endless(void) {
    for (unsigned i = 1; i != 0; i += 2)
        ;
    return target.host;
}

ATTACK(endless_loop_removed, "contained", "no control: where it lands differs by compiler") {
    armed();
    take((unsigned char *)endless());
}

// Two types for one place: the optimizer may use the pointer from before it was replaced.
union both {
    uint64_t number;
    unsigned char *pointer;
};

NOINLINE static void two_types(unsigned char **pointer, uint64_t *number) {
    unsigned char *first = *pointer;
    *number = target.host;
    take(*pointer);
    leak(first, 4);
}

ATTACK(wrong_type, "held") {
    union both both = {.pointer = own(SECRET_OFFSET)};
    armed();
    two_types(&both.pointer, &both.number);
}

// Two names that are sworn to be of different places are of one.
NOINLINE static void sworn_different(uintptr_t *restrict a, uintptr_t *restrict b) {
    *a = (uintptr_t)own(SECRET_OFFSET);
    *b = target.host;
    take((unsigned char *)*a);
    take((unsigned char *)*b);
}

ATTACK(false_restrict, "held") {
    uintptr_t same;
    armed();
    sworn_different(&same, &same);
}

// A constant that the program writes to.
static const uintptr_t constant = SECRET_OFFSET;

ATTACK(write_to_constant, "read-only", "no control: constants are closed natively too") {
    armed();
    *(volatile uintptr_t *)&constant = target.host;
    take((unsigned char *)*(volatile uintptr_t *)&constant);
}

// A block that is given back twice: the allocator's own lists are the attacker's.
ATTACK(double_free, "contained", "no control: the allocator ends the program") {
    void *volatile block = malloc(100);
    armed();
    free(block);
    free(block);
    uintptr_t *again = malloc(100);
    again[0] = target.host;
    again[1] = target.host;
    void *a = malloc(100), *b = malloc(100);
    memset(a, 0xEE, 100);
    memset(b, 0xEE, 100);
}

// The allocator's records, overwritten with the host's address.
ATTACK(forged_heap, "contained", "no control: the allocator ends the program") {
    uintptr_t *volatile block = malloc(64);
    armed();
    for (int i = -8; i < 64; i++)
        block[i] = target.host;
    free(block);
    for (int i = 0; i < 64; i++) {
        uintptr_t *next = malloc(64);
        if (next != NULL)
            memset(next, 0xEE, 64);
    }
}

// A signed index that wraps in a loop: the compiler may widen it and never wrap.
NOINLINE static void widened(volatile unsigned char *base, int start) {
    for (int i = start, n = 0; n < SECRET_SIZE; i += 64, n++)
        got[n] = base[i];
    leak(got, sizeof got);
}

ATTACK(widened_index, "contained", "no control: natively it crashes") {
    armed();
    widened(own(SECRET_OFFSET), INT_MAX - 1000);
}

// Division that traps, and whose result is an index.
ATTACK(division_overflow, "arithmetic", "no control: it traps natively too") {
    volatile int64_t least = INT64_MIN, minus_one = -1;
    armed();
    take(own(0) + least / minus_one);
}

// Code behind abort.
ATTACK(after_abort, "trap", "no control: it ends natively too") {
    armed();
    abort();
    take((unsigned char *)target.host);
}
